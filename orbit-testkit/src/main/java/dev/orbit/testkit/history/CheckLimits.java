package dev.orbit.testkit.history;

import java.time.Duration;

/**
 * How much a check may cost: the problem is hard, and a history with many overlapping calls of
 * unknown outcome can take for ever.
 *
 * @param time how long all parts together may take; positive
 * @param configurations how many pairs of a state and a set of calls may be remembered for one
 *     part; each takes about 100 bytes and a bit for each call of the part; 1 to 100,000,000
 */
public record CheckLimits(Duration time, int configurations) {
  /** A minute, and about 1 GB of memory at worst for parts of a thousand calls. */
  public static final CheckLimits DEFAULT = new CheckLimits(Duration.ofMinutes(1), 4_000_000);

  private static final int MAX_CONFIGURATIONS = 100_000_000;

  public CheckLimits {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("time is %s; it must be positive".formatted(time));
    }
    if (configurations < 1 || configurations > MAX_CONFIGURATIONS) {
      throw new IllegalArgumentException(
          "configurations is %d; allowed are 1 to %d"
              .formatted(configurations, MAX_CONFIGURATIONS));
    }
  }

  /** The same with another time. */
  public CheckLimits withTime(Duration newTime) {
    return new CheckLimits(newTime, configurations);
  }
}
