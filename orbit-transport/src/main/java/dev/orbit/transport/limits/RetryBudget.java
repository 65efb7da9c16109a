package dev.orbit.transport.limits;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps repetitions a small part of the load, so that they cannot keep alive the overload that
 * caused them. Every first attempt pays a tenth of a repetition in; every repetition takes a whole
 * one out. A reserve lets a caller repeat at once that has hardly called.
 */
public final class RetryBudget {
  /** A tenth, in thousandths. */
  private static final long PAID_IN = 100;

  private static final long WHOLE = 1_000;

  private final long most;
  private final AtomicLong balance;

  /**
   * A budget.
   *
   * @param reserve how many repetitions it holds at most and at the start, 1 to 1,000,000
   */
  public RetryBudget(int reserve) {
    if (reserve < 1 || reserve > 1_000_000) {
      throw new IllegalArgumentException("reserve=%d; allowed are 1 to 1000000".formatted(reserve));
    }
    this.most = reserve * WHOLE;
    this.balance = new AtomicLong(most);
  }

  /** A first attempt is made. */
  public void attempted() {
    // A full budget, as in good times, costs one read.
    if (balance.get() < most) {
      balance.updateAndGet(now -> Math.min(most, now + PAID_IN));
    }
  }

  /** Takes a repetition out; false if there is none left. */
  public boolean take() {
    long before = balance.getAndUpdate(now -> now >= WHOLE ? now - WHOLE : now);
    return before >= WHOLE;
  }
}
