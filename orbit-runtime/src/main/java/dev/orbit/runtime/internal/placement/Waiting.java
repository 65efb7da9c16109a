package dev.orbit.runtime.internal.placement;

/** A call that waits until a partition is open. Exactly one of the two is called, once. */
public interface Waiting {
  /** The partition is open. Must not block. */
  void admit();

  /** The partition went to another node, or waited for too long. Must not block. */
  void turnAway(Refusal refusal);

  /** Until when it may wait, by the clock of the environment. */
  long deadlineNanos();

  /** Why a call that waited is sent away. */
  enum Refusal {
    /** The partition has gone to another node. */
    MOVED,
    /** The call's deadline has passed. */
    EXPIRED,
    /** This node has lost its lease or stopped. */
    ENDED,
    /** Too many wait already. */
    FULL
  }
}
