package dev.orbit.api;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** When a reminder is due. By the wall clocks of the nodes, which should be kept in step. */
public sealed interface Schedule {
  /** The shortest time between two occurrences of a reminder. */
  Duration SHORTEST_PERIOD = Duration.ofSeconds(1);

  /** Once, {@code delay} after it was set. */
  record After(Duration delay) implements Schedule {
    public After {
      if (delay.isNegative()) {
        throw new IllegalArgumentException(
            "a delay is %s; it must not be negative".formatted(delay));
      }
    }
  }

  /** Once, at that time; at once when it has passed. */
  record At(Instant time) implements Schedule {}

  /**
   * Again and again: {@code first} after it was set, and every {@code period} from then on. The
   * times do not shift when one is delivered late.
   *
   * @param period at least 1 s
   */
  record Every(Duration first, Duration period) implements Schedule {
    public Every {
      if (first.isNegative() || period.compareTo(SHORTEST_PERIOD) < 0) {
        throw new IllegalArgumentException(
            "first is %s and the period %s; first must not be negative, a period at least %s"
                .formatted(first, period, SHORTEST_PERIOD));
      }
    }
  }

  /**
   * At the times of a cron expression of five fields: minute, hour, day of the month, month, day of
   * the week, as {@code 0 9 * * MON-FRI}. In a time zone with daylight saving, times that a change
   * skips are left out, and those that it repeats occur once.
   */
  record Cron(String expression, ZoneId zone) implements Schedule {}

  /** Once, after a delay. */
  static Schedule after(Duration delay) {
    return new After(delay);
  }

  /** Once, at a time. */
  static Schedule at(Instant time) {
    return new At(time);
  }

  /** Every {@code period}, first after one. */
  static Schedule every(Duration period) {
    return new Every(period, period);
  }

  /** By a cron expression. */
  static Schedule cron(String expression, ZoneId zone) {
    return new Cron(expression, zone);
  }
}
