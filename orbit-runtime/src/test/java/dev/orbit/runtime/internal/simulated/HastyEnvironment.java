package dev.orbit.runtime.internal.simulated;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Everything that is to happen later happens at once, and time passes by just as much. */
public final class HastyEnvironment implements Environment {
  private final RandomGenerator random = new SplittableRandom(1);
  private long now;

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant wallTime() {
    return Instant.EPOCH.plusNanos(now);
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    now += delay.toNanos();
    task.run();
    return () -> {};
  }

  @Override
  public Cancellable scheduleRepeatedly(Duration period, Runnable task) {
    throw new UnsupportedOperationException("it would never end");
  }

  @Override
  public Executor virtualThreads() {
    return Runnable::run;
  }

  @Override
  public Thread startThread(String name, Runnable body) {
    throw new UnsupportedOperationException("one thread");
  }

  @Override
  public RandomGenerator random() {
    return random;
  }
}
