package dev.orbit.api;

import java.time.Duration;

/**
 * What becomes of occurrences that could not be delivered in time, because no node ran, the store
 * was down, or the actor kept failing.
 */
public sealed interface MissedFirings {
  /** All that were missed are delivered as one, the earliest of them; the default. */
  MissedFirings ONCE = new Once();

  /** See {@link #ONCE}. */
  record Once() implements MissedFirings {}

  /**
   * One that is later than {@code tolerance} is not delivered; the reminder waits for its next
   * time.
   *
   * @param tolerance at least 1 s
   */
  record Skip(Duration tolerance) implements MissedFirings {
    public Skip {
      if (tolerance.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException(
            "tolerance is %s; it must be at least 1 s".formatted(tolerance));
      }
    }
  }

  /**
   * Each is delivered, one after the other; of more than {@code most} only the latest.
   *
   * @param most 1 to {@value #MOST}
   */
  record All(int most) implements MissedFirings {
    /** The greatest bound. */
    public static final int MOST = 10_000;

    public All {
      if (most < 1 || most > MOST) {
        throw new IllegalArgumentException("most is %d; allowed are 1 to %d".formatted(most, MOST));
      }
    }
  }
}
