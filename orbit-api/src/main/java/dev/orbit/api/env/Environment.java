package dev.orbit.api.env;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * The only source of time, threads and randomness. Production has one implementation on the
 * system's clocks and virtual threads; the test kit has another with virtual time and a seed.
 *
 * <p>Thread-safe.
 */
public interface Environment {
  /**
   * Monotonic time in nanoseconds from an arbitrary origin; only differences mean anything, and
   * only within one process. Every lease, deadline and timeout is measured by this clock.
   */
  long nanoTime();

  /**
   * Wall-clock time, for people and stored timestamps only: it may jump, and is never compared
   * between nodes.
   */
  Instant wallTime();

  /**
   * Runs {@code task} once after {@code delay}. The task runs on a shared timer thread and must not
   * block; what may block is handed to {@link #virtualThreads}.
   */
  Cancellable schedule(Duration delay, Runnable task);

  /**
   * Runs {@code task} again and again, each time about {@code period} after the previous run ended,
   * as {@link #schedule}: sooner or later by at most half of the period, and at most an eighth of a
   * second, so that repetitions can share the moments at which they wake. What it throws is logged
   * and does not end the repetition.
   */
  Cancellable scheduleRepeatedly(Duration period, Runnable task);

  /**
   * Runs tasks on virtual threads. A task may block or compute for long; the next one begins
   * meanwhile. A thread may run one task after another: it is made as new in between, but for
   * thread-locals, which a task has to remove that sets them. Refuses a task only if no thread can
   * be made.
   */
  Executor virtualThreads();

  /**
   * Runs tasks by which a node keeps its place in the cluster: on a few threads of their own, which
   * no turn can keep busy. Virtual threads share the processors, and a turn that computes, or turns
   * that call each other without a pause, may have them for longer than a lease. Tasks must not
   * block. Never refuses.
   */
  default Executor vitalThreads() {
    return virtualThreads();
  }

  /**
   * Runs {@code part} on this thread, and returns when it has ended. What it gives to {@link
   * #virtualThreads} from this thread may begin only then: to start many threads at once costs a
   * platform thread less than to start them one by one, each of which may wake a processor. Parts
   * do not nest: one within another belongs to it.
   */
  default void together(Runnable part) {
    part.run();
  }

  /** Starts a platform thread, for loops that spin or call native code for long. */
  Thread startThread(String name, Runnable body);

  /** The randomness for jitter, sampling and identifiers that need no secrecy. */
  RandomGenerator random();
}
