package dev.orbit.api.cluster;

import dev.orbit.api.env.Cancellable;

/**
 * A node's own knowledge of whether it is in the cluster.
 *
 * <p>The lease is held until a moment on the node's own monotonic clock that lies before the moment
 * at which the cluster may declare the node dead. Past it the node must run no turn, send no reply
 * and write no state, whatever it believes otherwise. {@link #isHeld} is asked before each of them
 * and costs a clock read and a volatile read.
 *
 * <p>Thread-safe.
 */
public interface NodeLease {
  /** The life of the node that this lease belongs to. */
  MemberId member();

  /** Whether the lease is held at this moment. Once it was false it never becomes true again. */
  boolean isHeld();

  /**
   * Until when it is held, by {@link dev.orbit.api.env.Environment#nanoTime}; moves forward with
   * each renewal.
   */
  long heldUntilNanos();

  /**
   * Runs {@code action} once when the lease is lost or given up; at once if it already is. It runs
   * on a timer thread and must not block.
   *
   * @return takes the action away again
   */
  Cancellable onLost(Runnable action);
}
