package dev.orbit.transport.internal;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Time that a test moves by hand; timers run when their time comes, on the test's thread. */
final class FakeEnvironment implements Environment {
  private record Timer(long due, long order, Runnable task) {}

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::order));
  private final RandomGenerator random = new Random(42);

  /** Near the end of the range, so that arithmetic that does not wrap is found out. */
  private long now = Long.MAX_VALUE - 1_000_000;

  private long scheduled;
  private final Executor threads;

  FakeEnvironment() {
    this(Runnable::run);
  }

  /** With what runs the tasks of virtual threads. */
  FakeEnvironment(Executor threads) {
    this.threads = threads;
  }

  void advance(Duration by) {
    long end = now + by.toNanos();
    while (!timers.isEmpty() && timers.peek().due() - end <= 0) {
      Timer next = timers.remove();
      now = next.due();
      next.task().run();
    }
    now = end;
  }

  int timers() {
    return timers.size();
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant wallTime() {
    return Instant.EPOCH;
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    Timer timer = new Timer(now + delay.toNanos(), scheduled++, task);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  @Override
  public Cancellable scheduleRepeatedly(Duration period, Runnable task) {
    throw new UnsupportedOperationException("no unit under test repeats");
  }

  @Override
  public Executor virtualThreads() {
    return threads;
  }

  @Override
  public Thread startThread(String name, Runnable body) {
    throw new UnsupportedOperationException("no unit under test starts threads");
  }

  @Override
  public RandomGenerator random() {
    return random;
  }
}
