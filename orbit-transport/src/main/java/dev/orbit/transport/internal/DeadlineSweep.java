package dev.orbit.transport.internal;

import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;

/**
 * Ends waits whose time is over. One for a transport instead of a timer for each request; it ticks
 * only while something waits. Thread-safe.
 */
final class DeadlineSweep {
  /** How late a deadline may be noticed. */
  static final Duration PERIOD = Duration.ofMillis(10);

  private final Environment environment;
  private final LongPredicate expire;
  private final AtomicBoolean armed = new AtomicBoolean();

  /**
   * A sweep.
   *
   * @param expire ends what is over at the given time, and tells whether anything still waits
   */
  DeadlineSweep(Environment environment, LongPredicate expire) {
    this.environment = environment;
    this.expire = expire;
  }

  /** Something waits from now on. Called after it was entered. */
  void arm() {
    if (!armed.get() && armed.compareAndSet(false, true)) {
      environment.schedule(PERIOD, this::tick);
    }
  }

  private void tick() {
    boolean waiting = true;
    try {
      waiting = expire.test(environment.nanoTime());
    } finally {
      if (waiting) {
        environment.schedule(PERIOD, this::tick);
      } else {
        rest();
      }
    }
  }

  /**
   * Looks once more after having disarmed: what came in between saw the sweep armed and left it at
   * that.
   */
  private void rest() {
    armed.set(false);
    if (expire.test(environment.nanoTime())) {
      arm();
    }
  }
}
