package dev.orbit.runtime.internal.hosting;

import java.time.Duration;
import java.util.List;

/**
 * How long the turns of an actor take, of late: a number that its activation keeps, of which there
 * are many.
 */
final class Pace {
  /** The last turn counts for so much of it. */
  private static final int ONE_IN = 8;

  /** Who comes back sooner finds no noticeable difference. */
  private static final Duration SOONEST_ROOM = Duration.ofMillis(10);

  /** After that long anything may have changed, such as where the actor is. */
  private static final Duration LATEST_ROOM = Duration.ofSeconds(5);

  private Pace() {}

  /** The pace after a turn that took so long. */
  static long after(long pace, long turnNanos) {
    return pace + (turnNanos - pace) / ONE_IN;
  }

  /**
   * When there should be room in a full mailbox: when a tenth of those that wait have had their
   * turns, each as long as turns took of late, or as the open ones take already.
   */
  static Duration roomAfter(long before, List<Turn> open, int capacity, long nowNanos) {
    long pace = before;
    for (Turn turn : open) {
      long begun = turn.begunNanos();
      // One that is about to begin does not know it yet.
      pace = begun == 0 ? pace : Math.max(pace, nowNanos - begun);
    }
    Duration after = Duration.ofNanos(pace).multipliedBy(capacity / 10 + 1);
    if (after.compareTo(SOONEST_ROOM) < 0) {
      return SOONEST_ROOM;
    }
    return after.compareTo(LATEST_ROOM) > 0 ? LATEST_ROOM : after;
  }
}
