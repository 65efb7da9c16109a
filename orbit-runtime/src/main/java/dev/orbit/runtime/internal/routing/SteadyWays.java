package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Keeps the calls of one actor on one way: another is taken only when no call that went the last
 * one is unanswered, so that none overtakes another. Actors share {@value #STRIPES} places; those
 * that share one may have to wait for one another before they can change. Thread-safe.
 */
final class SteadyWays {
  /** 16 KB; a node has fewer calls to others under way than would fill them. */
  private static final int STRIPES = 4096;

  private static final int AROUND = 1;
  private static final int ONE = 2;

  // Twice the number of unanswered calls, and one more if they go around.
  private final AtomicIntegerArray stripes = new AtomicIntegerArray(STRIPES);

  /** The place of calls of an actor at a node. */
  static int stripe(NodeId target, AddressableReference actor) {
    int hash = 31 * target.hashCode() + actor.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }

  /**
   * A call begins.
   *
   * @param wanted whether it should go around
   * @return whether it has to
   */
  boolean enter(int stripe, boolean wanted) {
    for (; ; ) {
      int present = stripes.get(stripe);
      boolean around = isFree(present) ? wanted : isAround(present);
      int next = (present & ~AROUND) + ONE + (around ? AROUND : 0);
      if (stripes.compareAndSet(stripe, present, next)) {
        return around;
      }
    }
  }

  /** A call that has entered wants to go around; false if others are under way straight. */
  boolean turn(int stripe) {
    int present = stripes.get(stripe);
    return isAround(present) || stripes.compareAndSet(stripe, ONE, ONE + AROUND);
  }

  /** A call that has entered is answered, or will never be. */
  void leave(int stripe) {
    stripes.addAndGet(stripe, -ONE);
  }

  /** Which way a message goes that has no answer, and so is not counted. */
  boolean peek(int stripe, boolean wanted) {
    int present = stripes.get(stripe);
    return isFree(present) ? wanted : isAround(present);
  }

  private static boolean isFree(int state) {
    return state < ONE;
  }

  private static boolean isAround(int state) {
    return (state & AROUND) != 0;
  }
}
