package dev.orbit.examples.bank;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long callers went without success: overall, and for the one account that had it worst. An
 * account's outage begins when an operation on it is due that does not succeed at once, and ends
 * with the next success on it.
 *
 * <p>Thread-safe. Times are nanoseconds of one monotonic clock.
 */
final class Outages {
  private static final long NONE = Long.MIN_VALUE;

  private final AtomicLongArray waitingSince;
  private final AtomicLong longestOfAnAccount = new AtomicLong();
  private final AtomicLong longestOfAll = new AtomicLong();
  private final AtomicLong lastSuccess = new AtomicLong();

  Outages(int accounts, long now) {
    waitingSince = new AtomicLongArray(accounts);
    for (int i = 0; i < accounts; i++) {
      waitingSince.set(i, NONE);
    }
    lastSuccess.set(now);
  }

  /** An operation on the account was due at {@code due}. */
  void due(int account, long due) {
    waitingSince.compareAndSet(account, NONE, due);
  }

  /** A call of the account came back with an answer. */
  void answered(int account, long now) {
    long since = waitingSince.getAndSet(account, NONE);
    if (since != NONE) {
      longestOfAnAccount.accumulateAndGet(now - since, Math::max);
    }
    long before = lastSuccess.getAndAccumulate(now, Math::max);
    longestOfAll.accumulateAndGet(now - before, Math::max);
  }

  /** The longest so far, counting accounts that wait at this moment. */
  long longestOfAnAccount(long now) {
    long longest = longestOfAnAccount.get();
    for (int i = 0; i < waitingSince.length(); i++) {
      long since = waitingSince.get(i);
      if (since != NONE) {
        longest = Math.max(longest, now - since);
      }
    }
    return longest;
  }

  /** How many accounts have waited for longer than {@code nanos}. */
  int waitingLongerThan(long nanos, long now) {
    int count = 0;
    for (int i = 0; i < waitingSince.length(); i++) {
      long since = waitingSince.get(i);
      if (since != NONE && now - since > nanos) {
        count++;
      }
    }
    return count;
  }

  /** The longest time in which no call at all succeeded. */
  long longestOfAll() {
    return longestOfAll.get();
  }
}
