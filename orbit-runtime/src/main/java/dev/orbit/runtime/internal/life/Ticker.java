package dev.orbit.runtime.internal.life;

import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Has a task run again and again while there is something for it to do; where there is nothing, an
 * idle node does not wake for it. Thread-safe.
 *
 * <p>Whoever makes something for the task to do calls {@link #wake} after that: a run that has not
 * seen it is followed by another one. The task runs on virtual threads; one that takes longer than
 * a period may still run when the next begins.
 */
final class Ticker {
  private final Environment environment;
  private final Duration period;
  private final BooleanSupplier task;

  /** Whether a run is to come that has not begun. Whoever turns it on sees to that run. */
  private final AtomicBoolean due = new AtomicBoolean();

  private volatile boolean stopped;

  /**
   * One that rests.
   *
   * @param period from {@link #wake} to the run, and between two runs
   * @param task whether there is something yet for the next run
   */
  Ticker(Environment environment, Duration period, BooleanSupplier task) {
    this.environment = environment;
    this.period = period;
    this.task = task;
  }

  /** There may be something to do. */
  void wake() {
    if (!due.get() && !stopped && due.compareAndSet(false, true)) {
      try {
        environment.schedule(period, this::begin);
      } catch (RuntimeException | Error e) {
        due.set(false);
        throw e;
      }
    }
  }

  private void begin() {
    try {
      environment.virtualThreads().execute(this::run);
    } catch (RuntimeException | Error e) {
      due.set(false);
      wake();
      throw e;
    }
  }

  private void run() {
    // Before the task looks: what it does not see any more finds that no run is to come.
    due.set(false);
    if (stopped) {
      return;
    }
    boolean more = true;
    try {
      more = task.getAsBoolean();
    } finally {
      if (more) {
        wake();
      }
    }
  }

  /** Begins no more runs. Idempotent. */
  void stop() {
    stopped = true;
  }
}
