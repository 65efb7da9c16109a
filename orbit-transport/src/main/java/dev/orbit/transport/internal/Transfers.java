package dev.orbit.transport.internal;

import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Large payloads on their way out, in parts that take turns. The stream that carries them pulls a
 * part whenever it takes more, so that nothing but references waits here.
 *
 * <pre>
 *  waiting --room in the other end's window--> going --last part--> gone --kept--> placed --claimed--> over
 *     ^                                          |                   |
 *     +---------------- stream lost -------------+-------------------+
 * </pre>
 *
 * <p>The message that a payload belongs to leaves when the other end has said that it keeps it, by
 * its own stream and in its own turn; so a payload that is lost on its way was surely not used.
 * What one stream has carried is worth nothing on the next: the other end forgets it.
 *
 * <p>Thread-safe. Owners are told without a lock.
 */
final class Transfers implements Outbox.Source {
  /** Whose payloads these are. */
  interface Owner {
    /** The other end keeps the payload: the message may go. */
    void arrived(Outgoing message);

    /** The other end takes no parts: the message has to go with its payload, if it can. */
    void goesWhole(Outgoing message, byte[] payload);

    /** The payload does not get there. */
    void failed(Outgoing message, byte[] payload, Refusal why);
  }

  private static final class Transfer {
    final long id;
    final Outgoing message;
    final int size;
    final int codec;
    final Owner owner;
    byte[] payload;
    int sent;
    int sequence;

    Transfer(long id, Outgoing message, Payload payload, Owner owner) {
      this.id = id;
      this.message = message;
      this.payload = payload.bytes();
      this.size = payload.bytes().length;
      this.codec = payload.codec();
      this.owner = owner;
    }
  }

  private static final byte[] NOTHING = {};

  private final Shared shared;
  private final AtomicLong ids = new AtomicLong();

  // Guarded by this.
  private final ArrayDeque<Transfer> waiting = new ArrayDeque<>();
  private final ArrayDeque<Transfer> going = new ArrayDeque<>();
  private final Map<Long, Transfer> gone = new HashMap<>();

  /** What the other end keeps and has not claimed: the size of each, and its message. */
  private final Map<Long, Transfer> placed = new HashMap<>();

  private final ArrayDeque<Long> dropped = new ArrayDeque<>();
  private boolean open;
  private long window;
  private long most;

  /** Of all that waits here or goes. */
  private long pending;

  /** Of all that the other end may have in its memory. */
  private long outstanding;

  Transfers(Shared shared) {
    this.shared = shared;
  }

  /** A number for a transfer. */
  long nextId() {
    return ids.incrementAndGet();
  }

  /** Puts a payload in; false if too much waits. The caller then wakes the stream. */
  boolean offer(long id, Outgoing message, Payload payload, Owner owner) {
    int size = payload.bytes().length;
    synchronized (this) {
      if (!open || size <= most) {
        if (pending > 0 && pending + size > shared.config().bulk().windowBytes()) {
          return false;
        }
        pending += size;
        waiting.add(new Transfer(id, message, payload, owner));
        return true;
      }
    }
    owner.goesWhole(message, payload.bytes());
    return true;
  }

  @Override
  public synchronized long pendingBytes() {
    return pending;
  }

  /** Whether there is a stream. */
  synchronized boolean isOpen() {
    return open;
  }

  /** There is a stream, over which the other end has said what it takes. */
  void opened(Content.Bulk takes) {
    List<Transfer> refused = new ArrayList<>();
    synchronized (this) {
      open = true;
      window = takes.window();
      most = takes.maxBytes();
      takeOut(waiting, transfer -> transfer.size > most, refused);
    }
    for (Transfer transfer : refused) {
      transfer.owner.goesWhole(transfer.message, transfer.payload);
    }
  }

  private void takeOut(ArrayDeque<Transfer> from, Predicate<Transfer> which, List<Transfer> taken) {
    for (Iterator<Transfer> all = from.iterator(); all.hasNext(); ) {
      Transfer transfer = all.next();
      if (which.test(transfer)) {
        all.remove();
        pending -= transfer.size;
        taken.add(transfer);
      }
    }
  }

  /** The stream is lost; what was on its way begins again on the next. */
  synchronized void lost() {
    open = false;
    outstanding = 0;
    dropped.clear();
    placed.clear();
    List<Transfer> again = new ArrayList<>(going);
    again.addAll(gone.values());
    going.clear();
    gone.clear();
    again.sort((a, b) -> Long.compare(b.id, a.id));
    for (Transfer transfer : again) {
      transfer.sent = 0;
      transfer.sequence = 0;
      waiting.addFirst(transfer);
    }
  }

  /** There will be no stream for a while. */
  void fail(Refusal why) {
    List<Transfer> failed = new ArrayList<>();
    synchronized (this) {
      takeOut(waiting, transfer -> true, failed);
    }
    failed.forEach(transfer -> transfer.owner.failed(transfer.message, transfer.payload, why));
  }

  /** What waits is to go whole. */
  void goWhole() {
    goWhole(transfer -> true);
  }

  /** A payload has waited for a stream for so long that it is to go whole. Not if there is one. */
  void goWhole(Outgoing message) {
    goWhole(transfer -> transfer.message.equals(message));
  }

  private void goWhole(Predicate<Transfer> which) {
    List<Transfer> taken = new ArrayList<>();
    synchronized (this) {
      if (!open) {
        takeOut(waiting, which, taken);
      }
    }
    taken.forEach(transfer -> transfer.owner.goesWhole(transfer.message, transfer.payload));
  }

  /** That owner's messages go nowhere any more. */
  synchronized void abandon(Owner owner) {
    takeOut(waiting, transfer -> transfer.owner.equals(owner), new ArrayList<>());
    List<Transfer> begun = new ArrayList<>();
    takeOut(going, transfer -> transfer.owner.equals(owner), begun);
    for (Transfer transfer : begun) {
      if (transfer.sent > 0) {
        drop(transfer);
      } else {
        outstanding -= transfer.size;
      }
    }
    gone.values().stream()
        .filter(transfer -> transfer.owner.equals(owner))
        .toList()
        .forEach(this::giveUp);
    dropPlaced(transfer -> transfer.owner.equals(owner));
  }

  /** What has arrived is not needed. */
  synchronized void drop(Outgoing message) {
    dropPlaced(transfer -> transfer.message.equals(message));
  }

  /** What was sent over that stream and not claimed will not be. */
  synchronized void streamIsLost(Wire wire) {
    dropPlaced(transfer -> transfer.message.wasSentOver(wire));
  }

  private void dropPlaced(Predicate<Transfer> which) {
    placed.values().stream().filter(which).forEach(transfer -> dropped.add(transfer.id));
  }

  private void giveUp(Transfer transfer) {
    gone.remove(transfer.id);
    pending -= transfer.size;
    drop(transfer);
  }

  private void drop(Transfer transfer) {
    placed.put(transfer.id, transfer);
    dropped.add(transfer.id);
  }

  @Override
  public synchronized boolean hasMore() {
    return !waiting.isEmpty() || !going.isEmpty() || !gone.isEmpty();
  }

  @Override
  public synchronized @Nullable Outgoing next(Wire to) {
    if (!open) {
      return null;
    }
    Long forgotten = dropped.poll();
    if (forgotten != null) {
      return step(forgotten, Content.TransferStep.DROPPED);
    }
    begin();
    Transfer transfer = going.poll();
    while (transfer != null && transfer.message.isOver()) {
      pending -= transfer.size;
      if (transfer.sent > 0) {
        placed.put(transfer.id, transfer);
        return step(transfer.id, Content.TransferStep.DROPPED);
      }
      outstanding -= transfer.size;
      transfer = going.poll();
    }
    return transfer == null ? null : part(transfer, to);
  }

  /** Lets those go for which the other end has room, in their order. */
  private void begin() {
    // What has arrived and then was never asked for takes room until that is said.
    if (!waiting.isEmpty() && dropped.isEmpty()) {
      dropPlaced(transfer -> transfer.message.isOver() && !transfer.message.wasSent());
    }
    Transfer first = waiting.peek();
    while (first != null
        && (first.message.isOver() || outstanding == 0 || outstanding + first.size <= window)) {
      waiting.remove();
      if (first.message.isOver()) {
        pending -= first.size;
      } else {
        outstanding += first.size;
        going.add(first);
      }
      first = waiting.peek();
    }
  }

  private Outgoing part(Transfer transfer, Wire to) {
    int length = transfer.size;
    int most = Math.min(shared.config().bulk().partBytes(), to.maxMessageBytes() / 2);
    int size = Math.min(most, length - transfer.sent);
    boolean last = transfer.sent + size == length;
    Content chunk = new Content.Chunk(transfer.id, transfer.sequence++, last, length, NOTHING);
    Outgoing part =
        Outgoing.part(
            shared.envelope(Message.of(0, chunk).withPayload(new Payload(transfer.codec, NOTHING))),
            new Outgoing.Slice(transfer.payload, transfer.sent, size, transfer.codec),
            shared.environment().nanoTime());
    transfer.sent += size;
    shared.counters().partsSent.increment();
    if (last) {
      gone.put(transfer.id, transfer);
    } else {
      going.add(transfer);
    }
    return part;
  }

  private Outgoing step(long id, Content.TransferStep step) {
    return shared.alone(new Content.Transfer(id, step));
  }

  /** The other end says how it stands with a transfer. */
  void heard(long id, Content.TransferStep step) {
    switch (step) {
      case KEPT -> kept(id);
      case REFUSED -> refused(id);
      case CLAIMED -> claimed(id);
      case DROPPED, WANTED -> {}
    }
  }

  private void kept(long id) {
    Transfer transfer;
    synchronized (this) {
      transfer = gone.remove(id);
      if (transfer == null) {
        return;
      }
      pending -= transfer.size;
      transfer.payload = NOTHING;
      placed.put(id, transfer);
    }
    transfer.owner.arrived(transfer.message);
  }

  private void refused(long id) {
    Transfer transfer;
    synchronized (this) {
      transfer = gone.remove(id);
      if (transfer == null) {
        List<Transfer> begun = new ArrayList<>();
        takeOut(going, one -> one.id == id, begun);
        transfer = begun.isEmpty() ? null : begun.getFirst();
      } else {
        pending -= transfer.size;
      }
      if (transfer == null) {
        // Given up meanwhile: the other end has nothing of it.
        claimed(id);
        return;
      }
      outstanding -= transfer.size;
    }
    transfer.owner.failed(
        transfer.message,
        transfer.payload,
        Refusal.full(
            "the other end has no room for a payload of %d bytes".formatted(transfer.size)));
  }

  private synchronized void claimed(long id) {
    Transfer transfer = placed.remove(id);
    if (transfer != null) {
      outstanding -= transfer.size;
      dropped.remove(id);
    }
  }
}
