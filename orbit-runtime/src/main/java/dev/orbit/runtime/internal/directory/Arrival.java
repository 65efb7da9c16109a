package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import java.util.Optional;

/**
 * A call that came to this node and whose actor had no activation here. It is delivered ({@link
 * #deliver} is true, or {@link ActivationHost#activate} takes it), passed on, or turned away:
 * exactly one of these, once.
 */
public interface Arrival {
  /** The actor. */
  AddressableReference address();

  /** The node on which the call was made, as far as it is known; for choosing a host near it. */
  Optional<MemberId> caller();

  /** Puts it into the mailbox of the actor's activation; false if there is none. Never blocks. */
  boolean deliver();

  /**
   * Sends it to another member.
   *
   * @param placed whether the directory says that the member hosts the actor or is to; else it is
   *     the owner of the partition, which knows
   */
  void passOn(MemberId to, boolean placed);

  /** Refuses it. */
  void turnAway(Refusal refusal);

  /**
   * Whether the actor is to be activated for it if it is active nowhere; else it is turned away as
   * {@link Refusal#ABSENT}.
   */
  boolean activates();

  /** Whether it was called off or answered otherwise, so that it need not wait any more. */
  boolean isOver();

  /** Until when it may wait, by the clock of the environment. */
  long deadlineNanos();

  /** Why a call is refused. */
  enum Refusal {
    /** Its deadline has passed while it waited. */
    EXPIRED,
    /** This node has lost its lease, or stops and takes no more actors. */
    ENDED,
    /** Too many wait already. */
    FULL,
    /** The actor is active nowhere, and the call wants no activation. */
    ABSENT,
    /** No member hosts its type, or none may take it. */
    NOBODY
  }
}
