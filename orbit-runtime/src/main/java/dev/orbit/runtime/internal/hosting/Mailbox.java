package dev.orbit.runtime.internal.hosting;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of many producers and one consumer, with the flag that tells whether the consumer
 * is scheduled.
 *
 * <p>The flag is taken by compare-and-set, and after the consumer has cleared it, it looks again
 * whether it could go on. The tempting shortcut, to schedule when a counter was zero before and to
 * count down at the end of a run, lets a producer see zero while the consumer is still in its last
 * turn, and two runs overlap.
 *
 * <p>The count is raised before an element is linked in, and lowered by whoever takes an element
 * for good. So the queue can be closed at the very moment at which it is empty and nobody is about
 * to add, and by any thread at any moment: what was accepted is taken by the consumer or handed out
 * by the closing, never both and never neither.
 */
final class Mailbox<T> {
  @SuppressWarnings("rawtypes") // There are no updaters of generic classes.
  private static final AtomicIntegerFieldUpdater<Mailbox> COUNT =
      AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "count");

  @SuppressWarnings("rawtypes") // There are no updaters of generic classes.
  private static final AtomicIntegerFieldUpdater<Mailbox> SCHEDULED =
      AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "scheduled");

  /** Closed; the other bits go on counting what was accepted and not taken. */
  private static final int CLOSED = Integer.MIN_VALUE;

  /** What became of an offer. */
  enum Offer {
    ACCEPTED,
    FULL,
    CLOSED
  }

  private final int capacity;
  private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
  // Not objects of their own: there is a mailbox for every actor in memory.
  private volatile int count;
  private volatile int scheduled;

  Mailbox(int capacity) {
    this.capacity = capacity;
  }

  /** How many elements may wait. */
  int capacity() {
    return capacity;
  }

  /** Whether there is little room left. */
  boolean isFilling() {
    int size = size();
    return size > 1 && size > capacity - capacity / 4;
  }

  /**
   * Adds at the end. After an accepted offer the caller must see to it that the consumer is {@link
   * #schedule scheduled}.
   */
  Offer offer(T element) {
    for (; ; ) {
      int present = count;
      if (present < 0) {
        return Offer.CLOSED;
      }
      if (present >= capacity) {
        return Offer.FULL;
      }
      if (COUNT.compareAndSet(this, present, present + 1)) {
        queue.add(element);
        return Offer.ACCEPTED;
      }
    }
  }

  /** The next element, for the consumer; null if there is none. */
  @Nullable T poll() {
    T element = unlink();
    if (element != null) {
      taken();
    }
    return element;
  }

  /**
   * As {@link #poll}, but the element counts as waiting until the consumer says {@link #taken}. Not
   * to be mixed with {@link #close} by another thread, which would wait for it.
   */
  @Nullable T unlink() {
    return queue.poll();
  }

  /** An unlinked element does not wait any more. */
  void taken() {
    COUNT.decrementAndGet(this);
  }

  /**
   * Takes an element out wherever it stands, by any thread; false if it was taken already. Looks
   * through those before it.
   */
  boolean remove(T element) {
    boolean removed = queue.remove(element);
    if (removed) {
      taken();
    }
    return removed;
  }

  boolean isEmpty() {
    return (count & ~CLOSED) == 0;
  }

  /** Whether an element could be unlinked now. */
  boolean hasLinked() {
    return !queue.isEmpty();
  }

  int size() {
    return count & ~CLOSED;
  }

  /** Those that are linked in now, oldest first; a snapshot for looking, not for taking. */
  Iterable<T> linked() {
    return queue;
  }

  /** Takes the right to run the consumer; whoever gets true must run it. */
  boolean schedule() {
    return scheduled == 0 && SCHEDULED.compareAndSet(this, 0, 1);
  }

  /**
   * Gives the right to run back, at the end of a run. The consumer then looks once more whether it
   * could go on, and if so takes the right again by {@link #schedule}.
   */
  void release() {
    scheduled = 0;
  }

  /** Closes if nothing waits. */
  boolean closeIfEmpty() {
    return COUNT.compareAndSet(this, 0, CLOSED);
  }

  /** Closes, and hands out what nobody has taken. */
  List<T> close() {
    COUNT.getAndUpdate(this, present -> present | CLOSED);
    List<T> rest = new ArrayList<>();
    while (!isEmpty()) {
      T element = poll();
      if (element == null) {
        // A producer has raised the count and is about to link its element in, or the consumer has
        // taken one and is about to lower it.
        Thread.onSpinWait();
      } else {
        rest.add(element);
      }
    }
    return rest;
  }
}
