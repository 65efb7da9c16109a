package dev.orbit.transport.limits;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket in one number: the moment at which it would be full again. Taking a token moves
 * that moment on by the time that one token takes to come; as long as it stays within the time that
 * a whole burst takes, the token is there.
 */
public final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final AtomicLong fullAt;
  private volatile Pace pace;

  /** What a rate means in nanoseconds. */
  private record Pace(long nanosPerToken, long nanosPerBurst) {
    static Pace of(Rate rate) {
      long token = Math.max(1, Math.round(NANOS_PER_SECOND / rate.perSecond()));
      return new Pace(token, Math.multiplyExact(token, rate.burst()));
    }
  }

  /** A full bucket. */
  public TokenBucket(Rate rate, long nowNanos) {
    this.pace = Pace.of(rate);
    this.fullAt = new AtomicLong(nowNanos);
  }

  /** From now on tokens come at that rate; those that are there stay, up to the new burst. */
  public void change(Rate rate) {
    pace = Pace.of(rate);
  }

  /**
   * Takes a token.
   *
   * @return 0 if it was there; otherwise, with nothing taken, in how many nanoseconds one will be
   */
  public long take(long nowNanos) {
    Pace current = pace;
    while (true) {
      long before = fullAt.get();
      long from = before - nowNanos > 0 ? before : nowNanos;
      long after = from + current.nanosPerToken;
      long missing = after - nowNanos - current.nanosPerBurst;
      if (missing > 0) {
        return missing;
      }
      if (fullAt.compareAndSet(before, after)) {
        return 0;
      }
    }
  }
}
