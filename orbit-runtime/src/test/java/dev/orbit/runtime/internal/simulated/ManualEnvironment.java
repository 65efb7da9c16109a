package dev.orbit.runtime.internal.simulated;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Time that passes when the test says so, and tasks that run on the test's own thread: in order, or
 * each drawn from those that wait.
 */
public final class ManualEnvironment implements Environment {
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong(Timer::dueNanos).thenComparingLong(Timer::number));
  private final List<Runnable> tasks = new ArrayList<>();
  private final RandomGenerator random;
  private final boolean drawn;
  private long now = 1_000;
  private long numbers;
  private boolean refuses;

  private record Timer(long dueNanos, long number, Runnable task) {}

  /** Tasks run in order. */
  public ManualEnvironment() {
    this.random = new SplittableRandom(1);
    this.drawn = false;
  }

  /** Which task runs next is drawn. */
  public ManualEnvironment(long seed) {
    this.random = new SplittableRandom(seed);
    this.drawn = true;
  }

  /** Runs tasks until there are none. */
  public void settle() {
    while (step()) {
      // The next.
    }
  }

  /** Runs one task; false if there is none. May be called by a task. */
  public boolean step() {
    if (tasks.isEmpty()) {
      return false;
    }
    tasks.remove(drawn ? random.nextInt(tasks.size()) : 0).run();
    return true;
  }

  /** Lets time pass, with the timers and tasks that fall due on the way. */
  public void advance(Duration duration) {
    long end = now + duration.toNanos();
    settle();
    while (!timers.isEmpty() && timers.peek().dueNanos <= end) {
      Timer timer = timers.remove();
      now = timer.dueNanos;
      timer.task.run();
      settle();
    }
    now = end;
  }

  /** Whether anything is to happen when time passes. */
  public boolean hasTimers() {
    return !timers.isEmpty();
  }

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
    Timer timer = new Timer(now + delay.toNanos(), numbers++, task);
    timers.add(timer);
    return () -> timers.remove(timer);
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
    private boolean cancelled;

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

  /** The next task is refused, as where no thread can be made. */
  public void refuseNext() {
    refuses = true;
  }

  private void take(Runnable task) {
    if (refuses) {
      refuses = false;
      throw new IllegalStateException("refused");
    }
    tasks.add(task);
  }

  @Override
  public Executor virtualThreads() {
    return this::take;
  }

  @Override
  public Thread startThread(String name, Runnable body) {
    return Thread.ofPlatform().name(name).daemon().start(body);
  }

  @Override
  public RandomGenerator random() {
    return random;
  }
}
