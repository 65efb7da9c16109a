package dev.orbit.runtime.internal.hosting;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
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
 *
 * <p>Where nothing waits and the consumer is not scheduled, an element needs no queue: its producer
 * {@link #hand hands} it to the run that it starts. It counts as one that waits until that run has
 * {@link #tookHanded taken} it, or has {@link #keep kept} it because it may not go on yet. Only
 * that run ever sees it, so that a closing by another thread leaves it to the run. Of most
 * mailboxes nothing else is asked, and they have no queue at all; and a mailbox that is old is not
 * written a reference to, for which the collector would have to look through it.
 */
final class Mailbox<T> {
  @SuppressWarnings("rawtypes") // There are no updaters of generic classes.
  private static final AtomicIntegerFieldUpdater<Mailbox> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "state");

  @SuppressWarnings("rawtypes") // There are no updaters of generic classes.
  private static final AtomicReferenceFieldUpdater<Mailbox, @Nullable Object> FIRST =
      AtomicReferenceFieldUpdater.<Mailbox, @Nullable Object>newUpdater(
          Mailbox.class, Object.class, "first");

  /** Nothing is accepted any more; the count goes on telling what was accepted and not taken. */
  private static final int CLOSED = Integer.MIN_VALUE;

  /** Somebody has the right to run the consumer. */
  private static final int SCHEDULED = 1 << 30;

  /** One of those that count as waiting is in the hand of who has that right. */
  private static final int HANDED = 1 << 29;

  private static final int COUNT = HANDED - 1;

  /** What became of an offer. */
  enum Offer {
    ACCEPTED,
    FULL,
    CLOSED
  }

  private final int capacity;
  // Not objects of their own: there is a mailbox for every actor in memory.
  private volatile int state;
  // Before all in the queue. Written by the consumer, or before anybody else knows the mailbox.
  private volatile @Nullable T first;
  private volatile @Nullable ConcurrentLinkedQueue<T> queue;

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

  /** As {@link #offer}, before anybody else knows this mailbox. */
  Offer prime(T element) {
    if (state != 0) {
      return offer(element);
    }
    first = element;
    state = 1;
    return Offer.ACCEPTED;
  }

  /**
   * Takes the right to run the consumer, for an element that is the only one and is not put in. Who
   * gets true must run the consumer, which must begin with {@link #tookHanded} or {@link #keep}.
   */
  boolean hand() {
    return state == 0 && STATE.compareAndSet(this, 0, SCHEDULED | HANDED | 1);
  }

  /** The element that was handed over does not wait any more. */
  void tookHanded() {
    STATE.addAndGet(this, -(HANDED | 1));
  }

  /** The element that was handed over waits like any other, before all others. */
  void keep(T element) {
    first = element;
    STATE.addAndGet(this, -HANDED);
  }

  /**
   * Adds at the end. After an accepted offer the caller must see to it that the consumer is {@link
   * #schedule scheduled}.
   */
  Offer offer(T element) {
    for (; ; ) {
      int present = state;
      if (present < 0) {
        return Offer.CLOSED;
      }
      if ((present & COUNT) >= capacity) {
        return Offer.FULL;
      }
      if (STATE.compareAndSet(this, present, present + 1)) {
        queue().add(element);
        return Offer.ACCEPTED;
      }
    }
  }

  private ConcurrentLinkedQueue<T> queue() {
    ConcurrentLinkedQueue<T> present = queue;
    return present != null ? present : makeQueue();
  }

  private synchronized ConcurrentLinkedQueue<T> makeQueue() {
    ConcurrentLinkedQueue<T> present = queue;
    if (present == null) {
      present = new ConcurrentLinkedQueue<>();
      queue = present;
    }
    return present;
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
    T kept = first;
    if (kept != null && FIRST.compareAndSet(this, kept, null)) {
      return kept;
    }
    ConcurrentLinkedQueue<T> present = queue;
    return present == null ? null : present.poll();
  }

  /** An unlinked element does not wait any more. */
  void taken() {
    STATE.decrementAndGet(this);
  }

  /**
   * Takes an element out wherever it stands, by any thread; false if it was taken already, or is
   * handed over. Looks through those before it.
   */
  boolean remove(T element) {
    ConcurrentLinkedQueue<T> present = queue;
    T kept = first;
    boolean removed =
        (element.equals(kept) && FIRST.compareAndSet(this, kept, null))
            || (present != null && present.remove(element));
    if (removed) {
      taken();
    }
    return removed;
  }

  boolean isEmpty() {
    return size() == 0;
  }

  /** Whether an element could be unlinked now. */
  boolean hasLinked() {
    ConcurrentLinkedQueue<T> present = queue;
    return first != null || (present != null && !present.isEmpty());
  }

  int size() {
    return state & COUNT;
  }

  /** Those that are linked in now, oldest first; a snapshot for looking, not for taking. */
  List<T> linked() {
    List<T> linked = new ArrayList<>();
    T kept = first;
    if (kept != null) {
      linked.add(kept);
    }
    ConcurrentLinkedQueue<T> present = queue;
    if (present != null) {
      linked.addAll(present);
    }
    return linked;
  }

  /** Takes the right to run the consumer; whoever gets true must run it. */
  boolean schedule() {
    for (; ; ) {
      int present = state;
      if ((present & SCHEDULED) != 0) {
        return false;
      }
      if (STATE.compareAndSet(this, present, present | SCHEDULED)) {
        return true;
      }
    }
  }

  /**
   * Gives the right to run back, at the end of a run. The consumer then looks once more whether it
   * could go on, and if so takes the right again by {@link #schedule}.
   */
  void release() {
    STATE.addAndGet(this, -SCHEDULED);
  }

  /** Closes if nothing waits. */
  boolean closeIfEmpty() {
    for (; ; ) {
      int present = state;
      if ((present & (COUNT | CLOSED)) != 0) {
        return false;
      }
      if (STATE.compareAndSet(this, present, present | CLOSED)) {
        return true;
      }
    }
  }

  /** Closes, and hands out what nobody has taken; not what is handed over to another thread. */
  List<T> close() {
    STATE.getAndUpdate(this, present -> present | CLOSED);
    List<T> rest = new ArrayList<>();
    while (hasUntaken()) {
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

  private boolean hasUntaken() {
    int present = state;
    return (present & COUNT) > ((present & HANDED) == 0 ? 0 : 1);
  }
}
