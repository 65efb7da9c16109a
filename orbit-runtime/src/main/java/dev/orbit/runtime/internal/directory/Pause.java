package dev.orbit.runtime.internal.directory;

/** How many ticks to wait before a question is asked again: twice as many each time, to a bound. */
final class Pause {
  /** About 400 ms. */
  private static final int LONGEST = 8;

  private int next = 1;
  private int left;

  /** The question was asked in vain. */
  void begin() {
    left = next;
    next = Math.min(2 * next, LONGEST);
  }

  /** A tick has passed; tells whether the pause is over. */
  boolean tick() {
    if (left > 0) {
      left--;
    }
    return left == 0;
  }

  /** Whoever is to be asked has changed. */
  void reset() {
    next = 1;
    left = 0;
  }
}
