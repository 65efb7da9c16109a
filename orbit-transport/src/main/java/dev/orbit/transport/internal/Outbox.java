package dev.orbit.transport.internal;

import dev.orbit.proto.Messages;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.TransportConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of messages, and the writing of them to whichever {@link Wire} is attached.
 *
 * <p>No thread belongs to it. Whoever puts something in, or hears that the wire is ready,
 * {@linkplain #wake wakes} it; the flag {@code busy} elects one of them, who writes while the wire
 * is ready and there is something to write. After it has put the flag down it looks again: what
 * came in between was left to it. So every message is written by somebody, by one thread at a time,
 * and in order, whatever happens to the wire.
 *
 * <p>Batching is a consequence: messages that came while another was being written, or while the
 * wire was not ready, go out as one. A lone message waits for nothing.
 *
 * <p>Thread-safe.
 */
final class Outbox {
  /** How one bound holds two counts, so that both are taken in one step. */
  private static final int COUNT_SHIFT = 40;

  private static final long BYTES_MASK = (1L << COUNT_SHIFT) - 1;

  /** What a batch adds for itself, and for each member; more than the truth. */
  private static final int BATCH_OVERHEAD = 32;

  private static final int MEMBER_OVERHEAD = 8;

  /** What becomes of messages that are taken out of the queue and not written. */
  interface Unwritten {
    /** Its time was over. */
    void expired(Outgoing message, long now);

    /** The other end would not take it. */
    void tooLarge(Outgoing message, int limit);
  }

  private final TransportConfig config;
  private final int maxMessages;
  private final LongSupplier clock;
  private final Unwritten unwritten;
  private final ConcurrentLinkedQueue<Outgoing> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong reserved = new AtomicLong();
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile @Nullable Wire wire;
  private volatile @Nullable End end;

  /** Taken from the queue and not fitting into the last batch. Set by whoever is busy. */
  private volatile @Nullable Outgoing held;

  private final List<Outgoing> taken = new ArrayList<>();

  private record End(Runnable action, boolean atOnce) {}

  Outbox(TransportConfig config, int maxMessages, LongSupplier clock, Unwritten unwritten) {
    this.config = config;
    this.maxMessages = maxMessages;
    this.clock = clock;
    this.unwritten = unwritten;
  }

  /** Puts a message in; the caller then calls {@link #wake}. False if it is full. */
  boolean offer(Outgoing message) {
    long share = share(message);
    long after = reserved.addAndGet(share);
    if (after >>> COUNT_SHIFT > maxMessages || (after & BYTES_MASK) > config.maxQueuedBytes()) {
      reserved.addAndGet(-share);
      return false;
    }
    queue.add(message);
    return true;
  }

  private static long share(Outgoing message) {
    return (1L << COUNT_SHIFT) | message.bytes();
  }

  /** How many messages wait. */
  int messages() {
    return (int) (reserved.get() >>> COUNT_SHIFT);
  }

  /** How many bytes wait. */
  long bytes() {
    return reserved.get() & BYTES_MASK;
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

  /** Runs {@code action} once when all that is queued was written; nothing is written after it. */
  void finish(Runnable action) {
    end = new End(action, false);
    wake();
  }

  /**
   * Runs {@code action} once as soon as nobody is writing; what is queued is dropped, nothing is
   * written after it.
   */
  void abort(Runnable action) {
    end = new End(action, true);
    wake();
  }

  /** Takes out all that is queued. */
  void clear(Consumer<Outgoing> each) {
    Outgoing message = queue.poll();
    while (message != null) {
      reserved.addAndGet(-share(message));
      each.accept(message);
      message = queue.poll();
    }
  }

  /** Writes what can be written, unless somebody else is at it. */
  void wake() {
    while (!busy.get() && hasWork() && busy.compareAndSet(false, true)) {
      try {
        work();
      } finally {
        busy.set(false);
      }
    }
  }

  private boolean hasWork() {
    End last = end;
    if (last != null && (last.atOnce || isEmpty())) {
      return true;
    }
    Wire to = wire;
    return to != null && !isEmpty() && to.isReady();
  }

  private boolean isEmpty() {
    return held == null && queue.isEmpty();
  }

  private void work() {
    while (true) {
      End last = end;
      if (last != null && (last.atOnce || isEmpty())) {
        end(last);
        return;
      }
      Wire to = wire;
      if (to == null || !to.isReady() || !writeSome(to)) {
        return;
      }
    }
  }

  private void end(End last) {
    wire = null;
    end = null;
    held = null;
    clear(message -> {});
    last.action.run();
  }

  /** Writes one message or one batch; false if there was nothing left to write. */
  private boolean writeSome(Wire to) {
    long now = clock.getAsLong();
    int limit = Math.min(config.batchBytes(), to.maxMessageBytes());
    int most = to.takesBatches() ? config.batchMessages() : 1;
    long bytes = BATCH_OVERHEAD;
    taken.clear();
    Outgoing next = next(now, to.maxMessageBytes());
    while (next != null) {
      bytes += next.bytes() + MEMBER_OVERHEAD;
      if (!taken.isEmpty() && (next.isAlone() || bytes > limit)) {
        held = next;
        break;
      }
      taken.add(next);
      if (taken.size() == most || next.isAlone()) {
        break;
      }
      next = next(now, to.maxMessageBytes());
    }
    if (taken.isEmpty()) {
      return false;
    }
    write(to, now);
    return true;
  }

  private void write(Wire to, long now) {
    List<MessageProto> messages = new ArrayList<>(taken.size());
    for (Outgoing message : taken) {
      MessageProto proto = message.send(to, now);
      if (proto != null) {
        messages.add(proto);
      }
    }
    taken.clear();
    if (messages.size() == 1) {
      to.write(messages.getFirst());
    } else if (!messages.isEmpty()) {
      to.write(Messages.batch(messages));
    }
  }

  /** The next message that is worth writing. */
  private @Nullable Outgoing next(long now, int limit) {
    while (true) {
      Outgoing message = held;
      if (message != null) {
        held = null;
      } else {
        message = queue.poll();
        if (message == null) {
          return null;
        }
        reserved.addAndGet(-share(message));
      }
      if (message.isExpired(now)) {
        unwritten.expired(message, now);
      } else if (message.bytes() > limit) {
        unwritten.tooLarge(message, limit);
      } else if (!message.isDone()) {
        return message;
      }
    }
  }
}
