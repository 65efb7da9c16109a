package dev.orbit.benchmarks.link;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one variant in one round, counted on the one thread that reads its answers.
 *
 * <p>Not thread-safe but for {@link #await} and {@link #fail}.
 */
final class Exchange {
  private final long endsAt;
  private final long startedAt = System.nanoTime();
  private final Histogram latencies = new Histogram(3);
  private final CountDownLatch over;
  private volatile @Nullable Throwable failure;

  Exchange(int callers, long nanos) {
    endsAt = startedAt + nanos;
    over = new CountDownLatch(callers);
  }

  /**
   * So many calls that were sent together at that time have been answered.
   *
   * @return whether their caller makes more
   */
  boolean answered(long sentAt, int calls) {
    long now = System.nanoTime();
    latencies.recordValueWithCount(now - sentAt, calls);
    if (now < endsAt && failure == null) {
      return true;
    }
    over.countDown();
    return false;
  }

  void fail(Throwable cause) {
    failure = cause;
    while (over.getCount() > 0) {
      over.countDown();
    }
  }

  void await() throws InterruptedException {
    if (!over.await(endsAt - startedAt + TimeUnit.SECONDS.toNanos(30), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException(over.getCount() + " callers got no answer in time");
    }
    Throwable cause = failure;
    if (cause != null) {
      throw new IllegalStateException("a call failed", cause);
    }
  }

  /** What came of it, with what both processes spent on it. */
  Figures figures(long cpuNanos, long bytesHere, long bytesThere) {
    double seconds = (System.nanoTime() - startedAt) / 1e9;
    double calls = Math.max(1, latencies.getTotalCount());
    return new Figures(
        calls / seconds,
        latencies.getValueAtPercentile(50) / 1e3,
        latencies.getValueAtPercentile(99) / 1e3,
        cpuNanos / 1e3 / calls,
        bytesHere / calls,
        bytesThere / calls);
  }
}
