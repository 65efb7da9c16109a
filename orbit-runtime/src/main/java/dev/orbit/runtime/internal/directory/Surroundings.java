package dev.orbit.runtime.internal.directory;

import dev.orbit.api.cluster.MemberId;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the parts of one node's directory share.
 *
 * @param self the life of the node
 * @param host its activations
 * @param choice who hosts what nobody hosts
 * @param courier carries questions
 * @param mostWaiting how many calls and questions may wait here in all
 * @param rules the waits that make it safe
 * @param numbers the last number that was given to an activation or a transfer
 * @param waiting how many calls and questions wait
 * @param baggage what activations have left to the next ones of their actors
 */
record Surroundings(
    MemberId self,
    ActivationHost host,
    HostChoice choice,
    Courier courier,
    int mostWaiting,
    Rules rules,
    AtomicLong numbers,
    AtomicInteger waiting,
    Baggage baggage) {
  /** So many ticks a question waits of a view that this node has not applied, and no longer. */
  static final int BEHIND_TICKS = 100;

  /**
   * The waits on which safety rests. All are kept, except where the simulation shows what happens
   * without one.
   *
   * @param awaitsMembers a recovery waits for every member
   * @param heedsViews a question of another view is put off or refused
   * @param awaitsEntries nothing is granted before the entries are there
   * @param awaitsAnswers no actor is granted ahead of the others before its former owner has said
   *     where it is
   */
  record Rules(
      boolean awaitsMembers, boolean heedsViews, boolean awaitsEntries, boolean awaitsAnswers) {
    static final Rules ALL = new Rules(true, true, true, true);
  }

  /** The same, with that one to carry the questions. */
  Surroundings asking(Courier other) {
    return new Surroundings(
        self, host, choice, other, mostWaiting, rules, numbers, waiting, baggage);
  }

  /** Takes a place among those that wait; false if there is none. */
  boolean park() {
    if (waiting.incrementAndGet() > mostWaiting) {
      waiting.decrementAndGet();
      return false;
    }
    return true;
  }

  void unpark(int places) {
    waiting.addAndGet(-places);
  }
}
