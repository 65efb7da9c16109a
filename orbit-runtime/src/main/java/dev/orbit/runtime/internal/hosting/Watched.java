package dev.orbit.runtime.internal.hosting;

import java.util.Optional;

/** What a node looks at now and then until it is over: calls, and turns that no call has caused. */
public sealed interface Watched permits Call, Turn {
  /** Whether nothing of it waits or runs any more. */
  boolean isOver();

  /** The stack of its turn, if that has run for longer than {@code thresholdNanos}; told once. */
  Optional<LongTurn> longTurn(long nowNanos, long thresholdNanos);
}
