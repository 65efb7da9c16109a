package dev.orbit.transport.env;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The environment of a real process.
 *
 * <p>One daemon thread, {@code orbit-timer}, runs all timer tasks; it is started by the first of
 * them. Nothing that a task throws is lost: it is logged, and neither ends the timer thread nor the
 * repetition. Thread-safe.
 */
public final class SystemEnvironment implements Environment, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SystemEnvironment.class);

  /**
   * The {@linkplain #together parts} of this platform thread; null on one that has had none, which
   * may outlive all that Orbit runs there.
   */
  private static final ThreadLocal<@Nullable Parts> PARTS = new ThreadLocal<>();

  /** What has to start when the part ends that a thread is in. */
  private static final class Parts {
    private List<Runnable> toStart = new ArrayList<>();
    private boolean within;
  }

  /** A list that was longer is not kept for the next part. */
  private static final int MOST_KEPT = 4096;

  /** One may apply a view and one be at a file while the third goes on. */
  private static final int VITAL_THREADS = 3;

  private static final long VITAL_IDLE_SECONDS = 30;

  /**
   * How far apart the moments are at which repetitions run; for those with shorter periods half as
   * far, or not at all.
   */
  static final long GRID_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final long begun = System.nanoTime();
  private final ScheduledThreadPoolExecutor timer;
  private final SharedThreads shared = new SharedThreads(SystemEnvironment::died);
  private final ThreadPoolExecutor vital;
  private final Executor virtualThreads = this::runOnVirtual;

  /** An environment whose timer has not been used yet. */
  public SystemEnvironment() {
    ThreadFactory timerThreads =
        Thread.ofPlatform()
            .name("orbit-timer")
            .daemon(true)
            .uncaughtExceptionHandler(SystemEnvironment::died)
            .factory();
    // Past close nothing is left that waits for a timer, so that a late task is dropped and not
    // refused loudly.
    timer =
        new ScheduledThreadPoolExecutor(1, timerThreads, new ThreadPoolExecutor.DiscardPolicy());
    // Calls set a timer each and nearly always call it off: without this they would pile up until
    // they are due.
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    vital =
        new ThreadPoolExecutor(
            VITAL_THREADS,
            VITAL_THREADS,
            VITAL_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform()
                .name("orbit-vital")
                .daemon(true)
                .uncaughtExceptionHandler(SystemEnvironment::died)
                .factory());
    // Without work they end themselves, so that late tasks never find the pool closed.
    vital.allowCoreThreadTimeOut(true);
  }

  private static void died(Thread thread, Throwable thrown) {
    log.error("thread={} has thrown what nobody caught", thread.getName(), thrown);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Instant wallTime() {
    return Instant.now();
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    return cancellable(timer.schedule(guarded(task), nanos(delay), TimeUnit.NANOSECONDS));
  }

  @Override
  public Cancellable scheduleRepeatedly(Duration period, Runnable task) {
    if (period.isZero() || period.isNegative()) {
      throw new IllegalArgumentException("period=%s is not positive".formatted(period));
    }
    Repetition repetition = new Repetition(nanos(period), guarded(task));
    repetition.next();
    return repetition;
  }

  /**
   * Runs on a grid of moments that all repetitions share, so that a node that does nothing else
   * wakes for all of them at once.
   */
  private final class Repetition implements Runnable, Cancellable {
    private final long periodNanos;
    private final Runnable task;
    private volatile boolean cancelled;
    private volatile @Nullable Future<?> scheduled;

    Repetition(long periodNanos, Runnable task) {
      this.periodNanos = periodNanos;
      this.task = task;
    }

    void next() {
      long delay = toGrid(nanoTime() - begun, periodNanos);
      scheduled = timer.schedule(this, delay, TimeUnit.NANOSECONDS);
      if (cancelled) {
        cancel();
      }
    }

    @Override
    public void run() {
      if (!cancelled) {
        task.run();
        next();
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      Future<?> next = scheduled;
      if (next != null) {
        next.cancel(false);
      }
    }
  }

  /**
   * How long it is to the moment of the grid that is nearest to the end of a period.
   *
   * @param now since the grid began
   */
  static long toGrid(long now, long periodNanos) {
    long grid = periodNanos < GRID_NANOS ? GRID_NANOS / 2 : GRID_NANOS;
    if (periodNanos < grid) {
      return periodNanos;
    }
    // How far the end of the period is past the moment before it.
    long past = (now % grid + periodNanos % grid) % grid;
    long later = past < grid / 2 ? -past : grid - past;
    return later > Long.MAX_VALUE - periodNanos ? Long.MAX_VALUE : periodNanos + later;
  }

  private static Cancellable cancellable(Future<?> scheduled) {
    return () -> scheduled.cancel(false);
  }

  /** Without overflow: some three hundred years stand for all that is longer. */
  private static long nanos(Duration duration) {
    return TimeUnit.NANOSECONDS.convert(duration);
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.warn("a timer task failed", e);
      } catch (Error e) {
        log.error("a timer task failed", e);
      }
    };
  }

  @Override
  public Executor virtualThreads() {
    return virtualThreads;
  }

  private void runOnVirtual(Runnable task) {
    // Only platform threads have parts.
    Parts parts = Thread.currentThread().isVirtual() ? null : PARTS.get();
    if (parts == null || !parts.within) {
      shared.execute(task);
    } else {
      parts.toStart.add(Objects.requireNonNull(task, "task"));
    }
  }

  @Override
  public void together(Runnable part) {
    if (Thread.currentThread().isVirtual()) {
      part.run();
      return;
    }
    Parts parts = PARTS.get();
    if (parts == null) {
      parts = new Parts();
      PARTS.set(parts);
    }
    if (parts.within) {
      part.run();
      return;
    }
    parts.within = true;
    try {
      part.run();
    } finally {
      parts.within = false;
      start(parts);
    }
  }

  private void start(Parts parts) {
    List<Runnable> tasks = parts.toStart;
    if (tasks.size() > MOST_KEPT) {
      parts.toStart = new ArrayList<>();
    }
    try {
      if (!tasks.isEmpty()) {
        shared.executeAll(tasks);
      }
    } finally {
      tasks.clear();
    }
  }

  @Override
  public Executor vitalThreads() {
    return vital;
  }

  @Override
  public Thread startThread(String name, Runnable body) {
    return Thread.ofPlatform()
        .name(name)
        .daemon(true)
        .uncaughtExceptionHandler(SystemEnvironment::died)
        .start(body);
  }

  /**
   * Draws from the calling thread's own source, so that threads neither wait for each other nor
   * share a sequence.
   */
  @Override
  public RandomGenerator random() {
    return () -> ThreadLocalRandom.current().nextLong();
  }

  /**
   * Ends the timer thread, and vital ones without work. Timer tasks not yet begun never run, and
   * those scheduled later are dropped; clocks, threads and randomness go on. Idempotent.
   */
  @Override
  public void close() {
    timer.shutdownNow();
    // What is idle ends now, and what late tasks start soon after them.
    vital.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
  }
}
