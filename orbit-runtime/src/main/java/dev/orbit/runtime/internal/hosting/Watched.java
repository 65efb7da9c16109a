package dev.orbit.runtime.internal.hosting;

import java.util.Optional;

/**
 * What a node looks at now and then until it is over: calls at their host and at their caller, and
 * turns that no call has caused. Each does what looking at it finds to do.
 */
public interface Watched {
  /** Whether nothing of it waits or runs any more. */
  boolean isOver();

  /** The stack of its turn, if that has run for longer than {@code thresholdNanos}; told once. */
  default Optional<LongTurn> longTurn(long nowNanos, long thresholdNanos) {
    return Optional.empty();
  }

  /** How long it still may wait; not positive once it is to {@link #expire}. */
  default long remainingNanos(long nowNanos) {
    return Long.MAX_VALUE;
  }

  /** Ends its wait on that node, if it still waits. */
  default void expire(String node, long nowNanos) {}

  /** That node looks at nothing any more, and has stopped all by which a wait could end. */
  default void unwatched(String node) {}

  /** It has waited for a while: asks whether that can ever end. */
  default void lookForCircle() {}
}
