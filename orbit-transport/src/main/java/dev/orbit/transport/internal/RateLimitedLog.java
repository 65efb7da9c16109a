package dev.orbit.transport.internal;

import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Warnings that others can provoke at will, so that they fill no disk: one in ten seconds, with a
 * count of the rest. Thread-safe.
 */
final class RateLimitedLog {
  private static final long PERIOD_NANOS = Duration.ofSeconds(10).toNanos();

  private final Environment environment;
  private final Logger log;
  private final AtomicLong nextAt;
  private final AtomicLong suppressed = new AtomicLong();

  RateLimitedLog(Environment environment, Logger log) {
    this.environment = environment;
    this.log = log;
    this.nextAt = new AtomicLong(environment.nanoTime());
  }

  /** Logs {@code text}, or counts it. */
  void warn(String text) {
    long now = environment.nanoTime();
    long due = nextAt.get();
    if (now - due >= 0 && nextAt.compareAndSet(due, now + PERIOD_NANOS)) {
      log.warn("suppressed={} {}", suppressed.getAndSet(0), text);
    } else {
      suppressed.incrementAndGet();
    }
  }
}
