package dev.orbit.runtime.internal.routing;

import java.util.concurrent.atomic.LongAdder;

/**
 * How many calls wait for their answers.
 *
 * <p>What began and what ended are counted apart, where all threads that make calls would write one
 * number. Those that ended are summed first: so {@link #now} may tell of a call that has just
 * ended, and never leaves out one that waits. Thread-safe.
 */
final class UnderWay {
  private final LongAdder begun = new LongAdder();
  private final LongAdder ended = new LongAdder();

  void begin() {
    begun.increment();
  }

  void end() {
    ended.increment();
  }

  /** How many there are. */
  int now() {
    long over = ended.sum();
    return Math.toIntExact(begun.sum() - over);
  }
}
