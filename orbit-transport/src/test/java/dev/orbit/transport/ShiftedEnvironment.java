package dev.orbit.transport;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/** Another environment whose monotonic clock can be set forward; its timers do not notice. */
final class ShiftedEnvironment implements Environment {
  private final Environment real;
  private final AtomicLong shift = new AtomicLong();

  /** The delays of all timers that were set. */
  final Queue<Duration> scheduled = new ConcurrentLinkedQueue<>();

  private final AtomicReference<Runnable> beforeFirst = new AtomicReference<>(() -> {});

  ShiftedEnvironment(Environment real) {
    this.real = real;
  }

  /** Runs the action before the first timer is set, on the thread that sets it. */
  void beforeFirst(Runnable action) {
    beforeFirst.set(action);
  }

  void advance(Duration by) {
    shift.addAndGet(by.toNanos());
  }

  @Override
  public long nanoTime() {
    return real.nanoTime() + shift.get();
  }

  @Override
  public Instant wallTime() {
    return real.wallTime();
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    scheduled.add(delay);
    beforeFirst.getAndSet(() -> {}).run();
    return real.schedule(delay, task);
  }

  @Override
  public Cancellable scheduleRepeatedly(Duration period, Runnable task) {
    return real.scheduleRepeatedly(period, task);
  }

  @Override
  public Executor virtualThreads() {
    return real.virtualThreads();
  }

  @Override
  public Thread startThread(String name, Runnable body) {
    return real.startThread(name, body);
  }

  @Override
  public RandomGenerator random() {
    return real.random();
  }
}
