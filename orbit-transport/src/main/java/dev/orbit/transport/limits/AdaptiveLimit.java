package dev.orbit.transport.limits;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many requests may be under way to a node at once, by whether it answers in time.
 *
 * <p>A node that is asked for more than it can do answers everything late, and much of it for
 * nothing: who asked has gone. So when a tenth of the requests miss their deadlines, and even the
 * fastest answer took more than half of the time that those had, in two intervals one after the
 * other, fewer may be under way: as many as would have brought that answer after two fifths of it.
 * When the fastest answers come within a quarter of it, a tenth more may, interval after interval,
 * up to the most; twice as many when they come within a sixteenth, as they do when the work is
 * gone, or never was more than one actor's.
 *
 * <p>The fastest answer is what tells a node from its actors. One actor that is slow, or that
 * everybody calls, misses deadlines while others answer as ever; then nothing is limited. Only what
 * delays them all counts. And what comes within 20 ms is no sign of too much work, however little
 * time its callers had.
 *
 * <pre>
 *  fastest answer               at the most               below
 *  up to 1/16 of the time       -                         twice as many
 *  up to 1/4                    -                         a tenth more
 *  up to 1/2                    -                         -
 *  later, or only late ones     less, if deadlines are    less
 *                               missed
 * </pre>
 *
 * <p>{@link #answered} is called by one thread at a time and costs a comparison; everything else is
 * thread-safe.
 */
public final class AdaptiveLimit {
  private static final long NONE = Long.MAX_VALUE;

  /** Fewer would stand still where answers take long by nature. */
  private static final int FEWEST = 8;

  /** Long enough for some answers of a node that is worth a limit. */
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** What comes sooner is no sign of too much work. */
  private static final long NEVER_LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** One request in so many has to miss its deadline. */
  private static final int ONE_IN = 10;

  /** A pause of this end looks like a slow node, for one interval. */
  private static final int BAD_INTERVALS = 2;

  private static final double TOO_LATE = 0.5;
  private static final double EARLY = 0.25;
  private static final double AIM = 0.4;
  private static final double MOST_AT_ONCE = 0.25;
  private static final double LEAST_AT_ONCE = 0.9;
  private static final double GROWTH = 1.1;
  private static final double AT_ONCE = 1.0 / 16;
  private static final double FAST_GROWTH = 2;

  private final int least;
  private final int most;
  private volatile int limit;

  /** How long the fastest answer of this interval took. */
  private final AtomicLong fastest = new AtomicLong(NONE);

  /** All answers in time; written by who tells of them. */
  private final AtomicLong answers = new AtomicLong();

  // Guarded by this.
  private boolean begun;
  private long intervalBegan;
  private long answersBefore;
  private long missed;
  private boolean lateAnswers;
  private int badIntervals;

  /** The shortest time that a request had which missed its deadline in this interval. */
  private long patience = NONE;

  /** The same since the limit was last at its most. */
  private long knownPatience = NONE;

  private AdaptiveLimit(int least, int most) {
    this.least = least;
    this.most = most;
    this.limit = most;
  }

  /**
   * One that moves between {@value #FEWEST}, or {@code most} if that is less, and {@code most}.
   *
   * @param most at least 1
   */
  public static AdaptiveLimit upTo(int most) {
    return new AdaptiveLimit(Math.min(FEWEST, most), most);
  }

  /**
   * One that stays where it is.
   *
   * @param most at least 1
   */
  public static AdaptiveLimit fixed(int most) {
    return new AdaptiveLimit(most, most);
  }

  /** How many may be under way at present. */
  public int limit() {
    return limit;
  }

  /** A request was answered in time, after so long. */
  public void answered(long nanos) {
    answers.setRelease(answers.getPlain() + 1);
    if (nanos < fastest.getPlain()) {
      fastest.setRelease(nanos);
    }
  }

  /** A request was not answered until its deadline, for which it had so long. */
  public synchronized void missed(long timeoutNanos) {
    missed++;
    patience = Math.min(patience, timeoutNanos);
  }

  /** An answer has come for which nobody waits any more. */
  public synchronized void late() {
    lateAnswers = true;
  }

  /**
   * Moves the limit where an interval is over; called now and then while requests are under way.
   *
   * @param nanoTime the monotonic clock
   * @param underWay how many are
   */
  public void look(long nanoTime, int underWay) {
    if (least == most) {
      return;
    }
    synchronized (this) {
      if (!begun) {
        begin(nanoTime);
        return;
      }
      long passed = nanoTime - intervalBegan;
      if (passed < 0) {
        // What comes now was sent before the limit was lowered.
        forget();
        return;
      }
      if (passed >= INTERVAL_NANOS) {
        begin(nanoTime + judge(fastest.get(), underWay));
      }
    }
  }

  /** Moves the limit; for how long what comes then says nothing of it. */
  private long judge(long soonest, int underWay) {
    boolean limited = limit < most;
    knownPatience = limited ? Math.min(knownPatience, patience) : patience;
    if (!isBad(soonest, limited)) {
      badIntervals = 0;
      if (limited && soonest <= knownPatience * EARLY) {
        double growth = soonest <= knownPatience * AT_ONCE ? FAST_GROWTH : GROWTH;
        limit = (int) Math.min(most, limit * growth + 1);
      }
      return 0;
    }
    badIntervals++;
    if (badIntervals < BAD_INTERVALS) {
      return 0;
    }
    badIntervals = 0;
    double part =
        soonest == NONE
            ? MOST_AT_ONCE
            : Math.clamp(AIM * knownPatience / soonest, MOST_AT_ONCE, LEAST_AT_ONCE);
    int lower = Math.max(least, (int) (Math.min(limit, underWay) * part));
    if (lower >= limit) {
      return 0;
    }
    limit = lower;
    return soonest == NONE ? knownPatience : soonest;
  }

  private boolean isBad(long soonest, boolean limited) {
    long ended = answers.get() - answersBefore + missed;
    boolean misses = missed > 0 && missed * ONE_IN >= ended;
    if (soonest == NONE) {
      return misses && lateAnswers;
    }
    return (misses || limited)
        && soonest > Math.max(NEVER_LATE_NANOS, (long) (knownPatience * TOO_LATE));
  }

  private void begin(long nanoTime) {
    begun = true;
    intervalBegan = nanoTime;
    forget();
  }

  private void forget() {
    fastest.set(NONE);
    answersBefore = answers.get();
    missed = 0;
    patience = NONE;
    lateAnswers = false;
  }

  /** What was seen counts no more: there is another process at the other end, or another way. */
  public synchronized void reset() {
    limit = most;
    badIntervals = 0;
    begun = false;
    forget();
  }
}
