package dev.orbit.client.internal.call;

import dev.orbit.proto.CallLink;
import java.util.concurrent.CompletableFuture;

/**
 * A turn, as the calls see it that are made within it.
 *
 * <p>A call that blocks the turn's thread is reported by {@link #waits} and {@link #goesOn}; one
 * that does not, by {@link #began}. By that a turn lets others in while it waits, a circle of turns
 * that wait for one another is found, and what a turn has begun is called off with it.
 *
 * <p>Thread-safe: a turn may use threads of its own.
 */
public interface CallingTurn {
  /** What calls made now inherit; its chain ends with this turn. */
  CallContext context();

  /** An id for the next call, unique in the cluster. */
  long nextCallId();

  /**
   * This thread is about to wait for {@code call}.
   *
   * @param nowNanos by the environment's clock
   */
  void waits(CallLink call, long nowNanos);

  /**
   * This thread waits no longer, and may be held up here until it is this turn's turn again.
   * Follows each {@link #waits}.
   */
  void goesOn();

  /** A call is under way that no thread waits for yet; it is out of mind when it is complete. */
  void began(CallLink call, CompletableFuture<?> outcome);
}
