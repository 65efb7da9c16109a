package dev.orbit.transport.internal;

import dev.orbit.transport.TransportConfig;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pauses between attempts to connect: each longer than the one before, up to a limit, varied at
 * random. Not thread-safe.
 */
final class Backoff {
  private final TransportConfig config;
  private final RandomGenerator random;
  private int failures;

  Backoff(TransportConfig config, RandomGenerator random) {
    this.config = config;
    this.random = random;
  }

  /** The pause after one more failure. The limit applies before the variation. */
  Duration next() {
    double growth = Math.pow(config.backoffMultiplier(), failures);
    double most = (double) config.maxBackoff().toNanos();
    double pause = Math.min(config.initialBackoff().toNanos() * growth, most);
    // The exponent stops counting where the pause no longer grows, so that it can never overflow.
    if (pause < most) {
      failures++;
    }
    double variation = 1 + config.backoffJitter() * (2 * random.nextDouble() - 1);
    return Duration.ofNanos((long) (pause * variation));
  }

  /** Begins anew, after a success. */
  void reset() {
    failures = 0;
  }
}
