package dev.orbit.transport.internal;

import dev.orbit.transport.TransportConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of messages, and the writing of them to whichever {@link Wire} is attached.
 *
 * <p>Any thread puts messages in; the event loop of the stream takes them out. Putting in is one
 * exchange of a reference, and the first who does so since the loop looked last sends it a task. By
 * the time the loop gets to it, more may have come, from other threads or from the listeners that
 * run on the loop itself: they all leave as one batch. So batching grows with load, an answer to
 * many requests that came together leaves together, and a lone message waits for nothing but the
 * loop, which it would have to wait for anyway.
 *
 * <p>Messages that one thread puts in are written in that order. What is written is counted out of
 * the bounds. What a wire did not take waits for the next one.
 *
 * <p>Thread-safe.
 */
final class Outbox {
  /** How one bound holds two counts, so that both are taken in one step. */
  private static final int COUNT_SHIFT = 40;

  private static final long BYTES_MASK = (1L << COUNT_SHIFT) - 1;

  /** Which part of the bounds is there beside them, for what is urgent. */
  private static final int URGENT_SHARE = 8;

  /** What a batch adds for itself, and for each member; more than the truth. */
  private static final int BATCH_OVERHEAD = 32;

  private static final int MEMBER_OVERHEAD = 8;

  /** What becomes of messages that are taken out of the queue and not written. */
  interface Unwritten {
    /** Its time was over. */
    void expired(Outgoing message, long now);

    /** The other end would not take it. */
    void tooLarge(Outgoing message, int limit);

    /**
     * For the record: what was taken out and written, as one frame.
     *
     * @param waitedNanos how long the one that was queued first had waited
     */
    default void wrote(int messages, long bytes, long waitedNanos) {}
  }

  /** Where messages come from while nothing is queued. */
  interface Source {
    /** The next one for that wire, taken out; null for none. */
    @Nullable Outgoing next(Wire to);

    /** Whether more will come, now or later. */
    boolean hasMore();

    /** How many bytes will come. */
    long pendingBytes();
  }

  private final TransportConfig config;
  private final int maxMessages;
  private final Loop loop;
  private final LongSupplier clock;
  private final Unwritten unwritten;
  private final Runnable pass = this::pass;
  private final Runnable writeAll = this::writeAll;

  /** What was put in since the loop looked last, the newest first. */
  private final AtomicReference<@Nullable Outgoing> newest = new AtomicReference<>();

  private final AtomicLong reserved = new AtomicLong();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile @Nullable Wire wire;
  private final AtomicReference<@Nullable End> end = new AtomicReference<>();
  private volatile boolean hasOver;
  private volatile @Nullable Source source;

  private final Linger linger;

  // Only for the loop.
  private final Waiting queue = new Waiting();

  /** What is in the frame that is being written. */
  private final List<Outgoing> taken = new ArrayList<>();

  private record End(Runnable action, boolean atOnce) {}

  /** An outbox in which nobody waits for others. */
  Outbox(
      TransportConfig config, int maxMessages, Loop loop, LongSupplier clock, Unwritten unwritten) {
    this(config, maxMessages, loop, clock, unwritten, Linger.NONE);
  }

  Outbox(
      TransportConfig config,
      int maxMessages,
      Loop loop,
      LongSupplier clock,
      Unwritten unwritten,
      Linger linger) {
    this.linger = linger;
    this.config = config;
    this.maxMessages = maxMessages;
    this.loop = loop;
    this.clock = clock;
    this.unwritten = unwritten;
  }

  /** Takes from there what it writes while nothing is queued. */
  void feedFrom(Source from) {
    source = from;
  }

  /** Puts a message in; the caller then calls {@link #wake}. False if it is full. */
  boolean offer(Outgoing message) {
    if (!reserve(message)) {
      return false;
    }
    enter(message);
    return true;
  }

  /** Takes room for a message that {@link #enter}s later; false if it is full. */
  boolean reserve(Outgoing message) {
    long share = share(message);
    long after = reserved.addAndGet(share);
    // Some room is kept for what is urgent: a queue full of calls must not hold up a cluster.
    int more = message.isUrgent() ? 1 : 0;
    if (after >>> COUNT_SHIFT > maxMessages + more * (maxMessages / URGENT_SHARE + 1)
        || (after & BYTES_MASK)
            > config.maxQueuedBytes() + more * (config.maxQueuedBytes() / URGENT_SHARE)) {
      reserved.addAndGet(-share);
      return false;
    }
    return true;
  }

  /** Takes room for a message that is let go of at once. */
  void reserveInAnyCase(Outgoing message) {
    reserved.addAndGet(share(message));
  }

  /** Gives room back that was taken for a message that does not enter. */
  void release(Outgoing message) {
    reserved.addAndGet(-share(message));
  }

  /** Puts a last word in, also when it is full. The caller then calls {@link #finish}. */
  void offerLast(Outgoing message) {
    reserved.addAndGet(share(message));
    enter(message);
  }

  /** Puts a message in for which there is room; the caller then calls {@link #wake}. */
  void enter(Outgoing message) {
    if (loop.isCurrent()) {
      // Behind what others have put in by now, as if it had gone the long way.
      if (newest.get() != null) {
        collect();
      }
      queue.add(message);
    } else {
      push(message);
    }
  }

  private void push(Outgoing message) {
    Outgoing top = newest.get();
    message.before = top;
    while (!newest.compareAndSet(top, message)) {
      top = newest.get();
      message.before = top;
    }
  }

  private static long share(Outgoing message) {
    return (1L << COUNT_SHIFT) | message.bytes();
  }

  /** Whether something waits, or will come from the source. */
  boolean hasMore() {
    Source from = source;
    return messages() > 0 || (from != null && from.hasMore());
  }

  /** How many messages wait. */
  int messages() {
    return (int) (reserved.get() >>> COUNT_SHIFT);
  }

  /** How many bytes wait. */
  long bytes() {
    return reserved.get() & BYTES_MASK;
  }

  /** All that waits, here and at the source. */
  Tally.Queued queued() {
    Source from = source;
    return new Tally.Queued(messages(), bytes() + (from == null ? 0 : from.pendingBytes()));
  }

  /** Writes to {@code to} from now on; the caller then calls {@link #wake}. */
  void attach(Wire to) {
    wire = to;
  }

  /**
   * Stops writing to {@code from}; what is queued stays. A message may still be in the middle of
   * being written.
   */
  void detach(Wire from) {
    if (from.equals(wire)) {
      wire = null;
    }
  }

  /**
   * Runs {@code action} once when all that is queued was written; nothing is written after it. Does
   * nothing if an end was set and has not come yet.
   */
  void finish(Runnable action) {
    end.compareAndSet(null, new End(action, false));
    wake();
  }

  /**
   * Runs {@code action} once as soon as nobody is writing; what is queued is dropped, nothing is
   * written after it. Takes the place of an end that has not come yet.
   */
  void abort(Runnable action) {
    end.set(new End(action, true));
    wake();
  }

  /** What waits for others to leave with leaves now. */
  void flush() {
    linger.flush();
    wake();
  }

  private void lingered() {
    loop.execute(
        () -> {
          linger.ticked();
          pass();
        });
  }

  /** Whether what is queued waits for more to come. */
  private boolean isLingering() {
    Outgoing oldest = queue.oldestThatMayWait();
    if (oldest == null || end.get() != null) {
      return false;
    }
    long waiting = reserved.get();
    return waiting >>> COUNT_SHIFT < config.batchMessages()
        && (waiting & BYTES_MASK) < config.batchBytes()
        && !linger.isOver(oldest.waitedNanos(clock.getAsLong()), this::lingered);
  }

  /** Takes out what nobody waits for any more: it need not wait for the wire to be ready. */
  void discardOver() {
    hasOver = true;
    wake();
  }

  /** Takes out what is over, and what has no answer and was put in by then. */
  void discard(long until) {
    loop.execute(
        () -> {
          collect();
          discardIf(
              message ->
                  message.isOver() || (!message.isRequest() && message.queuedAt() - until <= 0));
        });
  }

  private void discardIf(Predicate<Outgoing> useless) {
    queue.removeIf(
        message -> {
          boolean discarded = useless.test(message);
          if (discarded) {
            reserved.addAndGet(-share(message));
          }
          return discarded;
        });
  }

  /**
   * Has the loop write what can be written: after what it does at present, or at once where it is
   * the loop that asks and there is a batch already.
   */
  void wake() {
    long waiting = reserved.get();
    if ((waiting >>> COUNT_SHIFT >= config.batchMessages()
            || (waiting & BYTES_MASK) >= config.batchBytes())
        && loop.isCurrent()
        && loop.mayWrite()) {
      pass();
      return;
    }
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      if (source == null) {
        loop.execute(pass);
      } else {
        // Each part that is sent makes room for the next, so that they would never end.
        loop.executeAfterReads(pass);
      }
    }
  }

  private void pass() {
    // Before the look at what is there: whoever comes later sends a task again.
    scheduled.set(false);
    loop.write(writeAll);
  }

  private void writeAll() {
    collect();
    if (hasOver) {
      hasOver = false;
      discardIf(Outgoing::isOver);
    }
    while (true) {
      End last = end.get();
      if (last != null) {
        // What was put in before the end was set goes before it.
        collect();
        if (last.atOnce || queue.isEmpty()) {
          if (end(last)) {
            return;
          }
          continue;
        }
      }
      Wire to = wire;
      if (to == null || !to.isReady() || !hasNext(to) || isLingering() || !writeSome(to)) {
        break;
      }
      if (source != null) {
        wake();
        break;
      }
    }
    if (queue.isEmpty()) {
      linger.emptied();
    }
  }

  /** Moves what was put in to the end of the queue, the oldest first. */
  private void collect() {
    Outgoing message = newest.getAndSet(null);
    if (message == null) {
      return;
    }
    Outgoing after = null;
    while (message != null) {
      Outgoing before = message.before;
      message.before = after;
      after = message;
      message = before;
    }
    while (after != null) {
      Outgoing next = after.before;
      after.before = null;
      queue.add(after);
      after = next;
    }
  }

  /** False if another end was set meanwhile. */
  private boolean end(End last) {
    if (!end.compareAndSet(last, null)) {
      return false;
    }
    wire = null;
    queue.removeIf(
        message -> {
          reserved.addAndGet(-share(message));
          return true;
        });
    last.action.run();
    return true;
  }

  /** Writes one message or one batch; false if there was nothing left to write, or no taker. */
  private boolean writeSome(Wire to) {
    long now = clock.getAsLong();
    int limit = Math.min(config.batchBytes(), to.maxMessageBytes());
    int most = to.takesBatches() ? config.batchMessages() : 1;
    long bytes = BATCH_OVERHEAD;
    long freed = 0;
    OutFrame frame = loop.frame();
    while (frame.messages() < most) {
      Outgoing next = queue.peek();
      if (next == null) {
        break;
      }
      bytes += next.bytes() + MEMBER_OVERHEAD;
      if (frame.messages() > 0 && (next.isAlone() || bytes > limit)) {
        break;
      }
      queue.remove(next);
      freed += share(next);
      take(next, to, now, frame);
      if (next.isAlone()) {
        break;
      }
    }
    boolean written = frame.messages() > 0;
    boolean handed = true;
    try {
      if (written) {
        handed = to.write(frame);
      }
      if (!handed) {
        freed -= putBack();
      } else if (written) {
        unwritten.wrote(taken.size(), frame.plainBytes(), taken.getFirst().waitedNanos(now));
      }
    } finally {
      loop.done(frame);
      taken.clear();
      // Only now: who waits until nothing is queued waits until it is written.
      reserved.addAndGet(-freed);
    }
    return handed && (written || !queue.isEmpty());
  }

  /** Whether there is something to write, from the source where nothing is queued. */
  private boolean hasNext(Wire to) {
    Source from = source;
    if (!queue.isEmpty() || from == null) {
      return !queue.isEmpty();
    }
    Outgoing next = from.next(to);
    if (next == null) {
      return false;
    }
    reserved.addAndGet(share(next));
    queue.add(next);
    return true;
  }

  /** Queues again, in its old place, what the wire did not take; tells its share of the bounds. */
  private long putBack() {
    long shares = 0;
    for (int i = taken.size() - 1; i >= 0; i--) {
      Outgoing message = taken.get(i);
      if (message.unsend()) {
        queue.putBack(message);
        shares += share(message);
      }
    }
    return shares;
  }

  private void take(Outgoing message, Wire to, long now, OutFrame frame) {
    if (message.isExpired(now)) {
      unwritten.expired(message, now);
    } else if (message.bytes() > to.maxMessageBytes()) {
      unwritten.tooLarge(message, to.maxMessageBytes());
    } else if (message.send(to)) {
      frame.add(message.member(now));
      taken.add(message);
    }
  }
}
