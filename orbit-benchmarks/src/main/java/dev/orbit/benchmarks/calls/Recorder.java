package dev.orbit.benchmarks.calls;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts the calls of one variant in one round, and tells its callers when to stop. */
final class Recorder {
  private final long endsAtNanos;
  private final long startedAtNanos = System.nanoTime();
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
   * @return whether its caller makes another; if not, the caller is counted as finished
   */
  boolean record(long latencyNanos) {
    latencies.recordValue(latencyNanos);
    if (System.nanoTime() < endsAtNanos) {
      return true;
    }
    callers.countDown();
    return false;
  }

  void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    while (callers.getCount() > 0) {
      callers.countDown();
    }
  }

  void awaitAll() throws InterruptedException {
    long patience = endsAtNanos - startedAtNanos + TimeUnit.SECONDS.toNanos(60);
    if (!callers.await(patience, TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException(callers.getCount() + " callers got no answer in time");
    }
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException("a call failed", cause);
    }
  }

  Sample sample(long cpuNanos) {
    double seconds = (System.nanoTime() - startedAtNanos) / 1e9;
    long calls = latencies.getTotalCount();
    return new Sample(
        calls / seconds,
        latencies.getValueAtPercentile(50) / 1e3,
        latencies.getValueAtPercentile(99) / 1e3,
        cpuNanos / 1e3 / Math.max(1, calls));
  }
}
