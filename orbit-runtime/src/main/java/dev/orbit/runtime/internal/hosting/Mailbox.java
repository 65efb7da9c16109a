package dev.orbit.runtime.internal.hosting;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of many producers and one consumer, with the flag that tells whether the consumer
 * is scheduled.
 *
 * <p>The flag is taken by compare-and-set, and after the consumer has cleared it, it looks again
 * whether something has arrived in between. The tempting shortcut, to schedule when a counter was
 * zero before and to count down at the end of a run, lets a producer see zero while the consumer is
 * still in its last turn, and two runs overlap.
 *
 * <p>The count is raised before an element is linked in. So the queue can be closed at the very
 * moment at which it is empty and nobody is about to add: what was accepted is never stranded.
 */
final class Mailbox<T> {
  private static final int CLOSED = -1;

  /** What became of an offer. */
  enum Offer {
    ACCEPTED,
    FULL,
    CLOSED
  }

  private final int capacity;
  private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  Mailbox(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Adds at the end. After an accepted offer the caller must see to it that the consumer is {@link
   * #schedule scheduled}.
   */
  Offer offer(T element) {
    for (; ; ) {
      int present = count.get();
      if (present == CLOSED) {
        return Offer.CLOSED;
      }
      if (present >= capacity) {
        return Offer.FULL;
      }
      if (count.compareAndSet(present, present + 1)) {
        queue.add(element);
        return Offer.ACCEPTED;
      }
    }
  }

  /** The next element, for the consumer; null if there is none. */
  @Nullable T poll() {
    T element = queue.poll();
    if (element != null) {
      count.decrementAndGet();
    }
    return element;
  }

  boolean isEmpty() {
    return count.get() <= 0;
  }

  int size() {
    return Math.max(0, count.get());
  }

  /** Takes the right to run the consumer; whoever gets true must run it. */
  boolean schedule() {
    return !scheduled.get() && scheduled.compareAndSet(false, true);
  }

  /**
   * Gives the right to run back, at the end of a run.
   *
   * @return true if it was taken again because something has arrived: the caller must run the
   *     consumer once more
   */
  boolean release() {
    scheduled.set(false);
    return !queue.isEmpty() && schedule();
  }

  /** Closes if it is empty. */
  boolean closeIfEmpty() {
    return count.compareAndSet(0, CLOSED);
  }

  /** Closes, for the consumer, and hands out what was accepted. */
  List<T> close() {
    int accepted = count.getAndSet(CLOSED);
    List<T> rest = new ArrayList<>(Math.max(0, accepted));
    while (rest.size() < accepted) {
      T element = queue.poll();
      if (element == null) {
        // A producer has raised the count and is about to link its element in.
        Thread.onSpinWait();
      } else {
        rest.add(element);
      }
    }
    return rest;
  }
}
