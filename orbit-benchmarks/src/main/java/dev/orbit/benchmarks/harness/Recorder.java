package dev.orbit.benchmarks.harness;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Times the calls of one run and tells its callers when to stop. Thread-safe. */
public final class Recorder {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final long startedAtNanos = System.nanoTime();
  private final long endsAtNanos;
  private final CountDownLatch callers;
  private final Histogram latencies = new ConcurrentHistogram(3);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  Recorder(int callers, long nanos) {
    this.callers = new CountDownLatch(callers);
    this.endsAtNanos = startedAtNanos + nanos;
  }

  /**
   * One call was answered.
   *
   * @return whether its caller makes another; if not, the caller counts as finished
   */
  public boolean record(long latencyNanos) {
    count(latencyNanos);
    if (System.nanoTime() < endsAtNanos && failure.get() == null) {
      return true;
    }
    callers.countDown();
    return false;
  }

  void count(long latencyNanos) {
    latencies.recordValue(Math.max(0, latencyNanos));
  }

  boolean isOver(long nowNanos) {
    return nowNanos >= endsAtNanos || failure.get() != null;
  }

  long startedAtNanos() {
    return startedAtNanos;
  }

  void finished() {
    callers.countDown();
  }

  /** A call failed: the run is void. */
  public void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    while (callers.getCount() > 0) {
      callers.countDown();
    }
  }

  /**
   * Waits until every caller has finished.
   *
   * @throws IllegalStateException if a call failed, or callers are still waiting a minute past the
   *     end
   */
  public void awaitAll() throws InterruptedException {
    if (!callers.await(endsAtNanos - startedAtNanos + PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException(callers.getCount() + " callers got no answer in time");
    }
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException("a call failed: " + cause, cause);
    }
  }

  /** What was timed, in nanoseconds. */
  Histogram latencies() {
    return latencies;
  }

  Measurement measurement() {
    return Measurement.of(latencies, System.nanoTime() - startedAtNanos);
  }
}
