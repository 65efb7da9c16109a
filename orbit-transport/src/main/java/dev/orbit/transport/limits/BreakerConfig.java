package dev.orbit.transport.limits;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.time.Duration;

/**
 * When a breaker opens and closes.
 *
 * @param window how many outcomes are looked at, 5 to 10,000
 * @param failures which part of them must have failed, more than 0 to 1
 * @param pause how long it stays open, 10 ms to 10 min
 * @param trials how many calls are let through then, all of which must succeed; 1 to 100
 */
public record BreakerConfig(int window, double failures, Duration pause, int trials) {
  /** Half of a hundred; a peer that is well again is found within seconds. */
  public static final BreakerConfig DEFAULT =
      new BreakerConfig(100, 0.5, Duration.ofSeconds(10), 5);

  public BreakerConfig {
    check(window >= 5 && window <= 10_000, "window", window, "5 to 10000");
    check(failures > 0 && failures <= 1, "failures", failures, "more than 0, at most 1");
    check(
        pause.compareTo(Duration.ofMillis(10)) >= 0 && pause.compareTo(Duration.ofMinutes(10)) <= 0,
        "pause",
        pause,
        "10 ms to 10 min");
    check(trials >= 1 && trials <= 100, "trials", trials, "1 to 100");
  }

  private static void check(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION, "breaker %s=%s; allowed: %s".formatted(key, value, allowed));
    }
  }
}
