package dev.orbit.transport.balancing;

import java.util.concurrent.atomic.AtomicInteger;

/** What is known of one node. Thread-safe. */
final class Load {
  /** An answer changes the average by an eighth of the difference. */
  private static final int WEIGHT = 8;

  private final AtomicInteger unanswered = new AtomicInteger();

  /** Asked for at every call; what two threads write at once may lose one of the two. */
  private volatile long latency;

  private volatile boolean ejected;

  // Guarded by this.
  private int failures;
  private int ejections;
  private long until;

  void began() {
    unanswered.incrementAndGet();
  }

  int unanswered() {
    return unanswered.get();
  }

  /** The average of how long answers took lately; 0 before the first. */
  long latencyNanos() {
    return latency;
  }

  void answered(long nanos) {
    unanswered.decrementAndGet();
    long before = latency;
    latency = Math.max(1, before == 0 ? nanos : before + (nanos - before) / WEIGHT);
    synchronized (this) {
      failures = 0;
      ejections = 0;
      ejected = false;
    }
  }

  void ended() {
    unanswered.decrementAndGet();
  }

  /** Whether the node is passed over from now on, and was not before. */
  synchronized boolean failed(long now) {
    unanswered.decrementAndGet();
    failures++;
    if (failures < Balancer.MOST_FAILURES || ejectedNanos(now) > 0) {
      return false;
    }
    // Once it was ejected each failure is one too many, until it answers.
    long longest = Balancer.MOST_EJECTION.toNanos();
    until = now + Math.min(longest, Balancer.LEAST_EJECTION.toNanos() << Math.min(10, ejections));
    ejections++;
    ejected = true;
    return true;
  }

  /** For how long it is passed over; 0 or less if it is not. */
  long ejectedNanos(long now) {
    if (!ejected) {
      return 0;
    }
    synchronized (this) {
      return ejected ? until - now : 0;
    }
  }
}
