package dev.orbit.transport.resolver;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Time that passes when the test says so; what is for virtual threads runs as an event too. */
final class StepEnvironment implements Environment {
  private record Task(long due, long number, Runnable body) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(due, other.due);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private final RandomGenerator random = new SplittableRandom(1);
  private long now = Long.MAX_VALUE - 1_000_000_000L; // Soon wraps around, as real clocks may.
  private long elapsed;
  private long number;

  /** Lets time pass, and runs what comes due at its time. */
  void advance(Duration duration) {
    long end = elapsed + duration.toNanos();
    while (!tasks.isEmpty() && tasks.element().due() <= end) {
      Task task = tasks.remove();
      pass(Math.max(0, task.due() - elapsed));
      task.body().run();
    }
    pass(end - elapsed);
  }

  /** Time passes within a call. */
  void pass(long nanos) {
    now += nanos;
    elapsed += nanos;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant wallTime() {
    return Instant.EPOCH.plusNanos(elapsed);
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    Task waiting = new Task(elapsed + delay.toNanos(), number++, task);
    tasks.add(waiting);
    return () -> tasks.remove(waiting);
  }

  @Override
  public Cancellable scheduleRepeatedly(Duration period, Runnable task) {
    boolean[] cancelled = new boolean[1];
    Runnable[] again = new Runnable[1];
    again[0] =
        () -> {
          if (!cancelled[0]) {
            task.run();
            schedule(period, again[0]);
          }
        };
    schedule(period, again[0]);
    return () -> cancelled[0] = true;
  }

  @Override
  public Executor virtualThreads() {
    return task -> schedule(Duration.ZERO, task);
  }

  @Override
  public Thread startThread(String name, Runnable body) {
    throw new UnsupportedOperationException(name);
  }

  @Override
  public RandomGenerator random() {
    return random;
  }
}
