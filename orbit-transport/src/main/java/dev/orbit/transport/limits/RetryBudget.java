package dev.orbit.transport.limits;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps what one end sends more than once a small part of what it sends, so that repetitions cannot
 * keep alive the trouble that caused them. All that repeats shares the one budget of its transport.
 *
 * <p>Every first attempt pays a tenth of a repetition in; every repetition takes a whole one out. A
 * reserve lets an end repeat at once that has hardly called, and where few calls pay, time does: so
 * an end whose callers all wait for a repetition does not stand still. So in any time {@code t}
 * with {@code n} first attempts at most {@code reserve + n / 10 + t * perSecond} repetitions are
 * made.
 *
 * <p>Thread-safe; a first attempt costs one read as long as the budget is full.
 */
public final class RetryBudget {
  /** A tenth, in thousandths. */
  private static final long PAID_IN = 100;

  private static final long WHOLE = 1_000;
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  /** By this much time at once: what calls paid and what time pays are compared over it. */
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A node speaks for many callers, and for those of other ends. */
  private static final int NODE_RESERVE = 1_000;

  private static final int NODE_PER_SECOND = 100;

  /** There may be many clients, whose reserves come together at one cluster. */
  private static final int CLIENT_RESERVE = 100;

  private static final int CLIENT_PER_SECOND = 10;

  private final long most;
  private final int perSecond;
  private final AtomicLong balance;

  /** What calls have paid since time last paid. */
  private final AtomicLong paid = new AtomicLong();

  // Guarded by this.
  private boolean begun;
  private long paidUntil;

  /**
   * A budget.
   *
   * @param reserve how many repetitions it holds at most and at the start, 1 to 1,000,000
   * @param perSecond how many come in each second where calls pay less, 0 to 1,000,000
   */
  public RetryBudget(int reserve, int perSecond) {
    if (reserve < 1 || reserve > 1_000_000) {
      throw new IllegalArgumentException("reserve=%d; allowed are 1 to 1000000".formatted(reserve));
    }
    if (perSecond < 0 || perSecond > 1_000_000) {
      throw new IllegalArgumentException(
          "perSecond=%d; allowed are 0 to 1000000".formatted(perSecond));
    }
    this.most = reserve * WHOLE;
    this.perSecond = perSecond;
    this.balance = new AtomicLong(most);
  }

  /** The budget of a node: {@value #NODE_RESERVE}, and {@value #NODE_PER_SECOND} a second. */
  public static RetryBudget ofNode() {
    return new RetryBudget(NODE_RESERVE, NODE_PER_SECOND);
  }

  /** The budget of a client: {@value #CLIENT_RESERVE}, and {@value #CLIENT_PER_SECOND} a second. */
  public static RetryBudget ofClient() {
    return new RetryBudget(CLIENT_RESERVE, CLIENT_PER_SECOND);
  }

  /** A first attempt is made. */
  public void attempted() {
    // A full budget, as in good times, costs one read.
    if (balance.get() < most) {
      paid.addAndGet(PAID_IN);
      add(PAID_IN);
    }
  }

  private void add(long more) {
    balance.updateAndGet(now -> Math.min(most, now + more));
  }

  /**
   * Takes a repetition out; false if there is none left.
   *
   * @param nanoTime the monotonic clock
   */
  public boolean take(long nanoTime) {
    timePays(nanoTime);
    return takeAbove(0);
  }

  /**
   * Takes a repetition out that nobody needs, as long as more than half of the reserve is left for
   * those that are needed.
   *
   * @param nanoTime the monotonic clock
   */
  public boolean takeSpare(long nanoTime) {
    timePays(nanoTime);
    return takeAbove(most / 2);
  }

  private boolean takeAbove(long left) {
    long before = balance.getAndUpdate(now -> now - WHOLE >= left ? now - WHOLE : now);
    return before - WHOLE >= left;
  }

  /** What was taken has not left this process after all. */
  public void giveBack() {
    add(WHOLE);
  }

  private synchronized void timePays(long nanoTime) {
    if (!begun) {
      begun = true;
      paidUntil = nanoTime;
      return;
    }
    long elapsed = nanoTime - paidUntil;
    if (elapsed < STEP_NANOS) {
      return;
    }
    paidUntil = nanoTime;
    long seconds = Math.min(elapsed / NANOS_PER_SECOND, most);
    long due = seconds * perSecond * WHOLE + elapsed % NANOS_PER_SECOND * perSecond / 1_000_000;
    add(Math.max(0, due - paid.getAndSet(0)));
  }
}
