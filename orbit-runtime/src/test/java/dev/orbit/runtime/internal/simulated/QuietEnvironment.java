package dev.orbit.runtime.internal.simulated;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time for code that blocks: tasks run on virtual threads, and time goes on only while all
 * of them are over or wait for something that the test, or a timer, is to give them. Whoever is
 * about to wait says {@link #waits}; whoever ends the wait says {@link #goesOn} before.
 *
 * <p>Timers run on the test's own thread, in the order of their times. Thread-safe.
 */
public final class QuietEnvironment implements Environment {
  private static final long MOST_REAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong(Timer::dueNanos).thenComparingLong(Timer::number));
  private final RandomGenerator random;
  private long now = 1_000;
  private long numbers;
  private int busy;
  private @Nullable Throwable failure;

  private record Timer(long dueNanos, long number, Runnable task) {}

  /** Time in which what is drawn follows from {@code seed}. */
  public QuietEnvironment(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Lets time pass, with the timers that fall due on the way. */
  public void advance(Duration duration) throws InterruptedException {
    settle();
    long end = nanoTime() + duration.toNanos();
    for (Timer timer = due(end); timer != null; timer = due(end)) {
      timer.task.run();
      settle();
    }
  }

  /** The next timer until then, at whose time it is now; null if there is none, and it is then. */
  private synchronized @Nullable Timer due(long end) {
    Timer first = timers.peek();
    if (first == null || first.dueNanos > end) {
      now = end;
      return null;
    }
    now = first.dueNanos;
    return timers.remove();
  }

  /** Returns when every task is over or waits. */
  public synchronized void settle() throws InterruptedException {
    long begun = System.nanoTime();
    while (busy > 0 && failure == null) {
      long left = MOST_REAL_NANOS - (System.nanoTime() - begun);
      if (left <= 0) {
        throw new IllegalStateException(busy + " tasks neither end nor say that they wait");
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    if (failure != null) {
      throw new IllegalStateException("a task failed", failure);
    }
  }

  /** The task of this thread waits from now on. */
  public synchronized void waits() {
    busy--;
    notifyAll();
  }

  /** A task that waits is about to be let go on. */
  public synchronized void goesOn() {
    busy++;
  }

  private synchronized void failed(Throwable thrown) {
    failure = thrown;
    notifyAll();
  }

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public Instant wallTime() {
    return Instant.EPOCH.plusNanos(nanoTime());
  }

  @Override
  public synchronized Cancellable schedule(Duration delay, Runnable task) {
    Timer timer = new Timer(now + delay.toNanos(), numbers++, task);
    timers.add(timer);
    return () -> cancel(timer);
  }

  private synchronized void cancel(Timer timer) {
    timers.remove(timer);
  }

  @Override
  public Cancellable scheduleRepeatedly(Duration period, Runnable task) {
    Repetition repetition = new Repetition(period, task);
    repetition.next();
    return repetition;
  }

  private final class Repetition implements Cancellable {
    private final Duration period;
    private final Runnable task;
    private volatile boolean cancelled;

    Repetition(Duration period, Runnable task) {
      this.period = period;
      this.task = task;
    }

    void next() {
      schedule(period, this::run);
    }

    private void run() {
      if (!cancelled) {
        task.run();
        next();
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  @Override
  public Executor virtualThreads() {
    return task -> {
      goesOn();
      Thread.startVirtualThread(
          () -> {
            try {
              task.run();
            } catch (Throwable e) {
              failed(e);
            } finally {
              waits();
            }
          });
    };
  }

  @Override
  public Thread startThread(String name, Runnable body) {
    throw new UnsupportedOperationException("only what ends or says that it waits");
  }

  @Override
  public RandomGenerator random() {
    return random;
  }
}
