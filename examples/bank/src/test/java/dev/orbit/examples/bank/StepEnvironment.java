package dev.orbit.examples.bank;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Virtual time that jumps to the next task whenever somebody schedules one outside a task, so that
 * waiting takes no time; what would run on virtual threads runs at once.
 */
final class StepEnvironment implements Environment {
  private record Task(long due, long number, Runnable body) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(due, other.due);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private final Random random = new Random(1);
  private long now = 1;
  private long number;

  /** Lets the repeated task run for that long. */
  void runFor(Duration duration) {
    long end = now + duration.toNanos();
    while (!tasks.isEmpty() && tasks.element().due() <= end) {
      next();
    }
    now = Math.max(now, end);
  }

  /** Time passes within a call. */
  void pass(Duration duration) {
    now += duration.toNanos();
  }

  private void next() {
    Task task = tasks.remove();
    now = Math.max(now, task.due());
    task.body().run();
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant wallTime() {
    return Instant.ofEpochSecond(0, now);
  }

  /** A pause: jumps over it. */
  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    now += delay.toNanos();
    task.run();
    return () -> {};
  }

  @Override
  public Cancellable scheduleRepeatedly(Duration period, Runnable task) {
    Runnable[] again = new Runnable[1];
    boolean[] cancelled = new boolean[1];
    again[0] =
        () -> {
          if (!cancelled[0]) {
            task.run();
            tasks.add(new Task(now + period.toNanos(), number++, again[0]));
          }
        };
    tasks.add(new Task(now + period.toNanos(), number++, again[0]));
    return () -> cancelled[0] = true;
  }

  @Override
  public Executor virtualThreads() {
    return Runnable::run;
  }

  @Override
  public Thread startThread(String name, Runnable body) {
    throw new UnsupportedOperationException();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }
}
