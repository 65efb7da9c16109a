package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actors of a node for which many calls wait, and what the nodes are told that send them.
 *
 * <p>When a mailbox is three quarters full, each node that calls the actor is told how many of its
 * calls may have no answer yet: an even share of the mailbox, and as many more as turns are open
 * for it. It is told again when the share changes, and as long as calls come; and it is told that
 * it may send as it likes when little waits for a while. What the node does is up to it; {@code
 * WaitingRoom} says what ours do.
 *
 * <p>Order: a call that is refused because the mailbox is full sets a barrier for the node that
 * sent it. What that node sent after it is on its way already, and would run before it if there is
 * room by then. So calls of that node are refused that do not carry the number of the last refusal,
 * by which they say that whoever sent them has heard of all, until a while after the first one has.
 * Each refusal has its own number: one that several shared would let a call pass whose sender has
 * heard of the first, before it has heard of the others. A node that pays no heed to credit gets no
 * barrier, and a one-way call of another node sets none: nobody hears of its refusal.
 *
 * <p>Bounds: one entry for each actor with a full mailbox and one in it for each node that calls
 * it; a barrier that nobody answers is forgotten when the calls that it is for have passed their
 * deadlines. Refusals and notices go out in their order, by a thread of their own: whoever delivers
 * a call may hold a monitor. Thread-safe; never blocks.
 */
final class Crowds {
  private static final Logger LOG = LoggerFactory.getLogger(Crowds.class);

  /** How often it is looked how full mailboxes are, while any is. */
  static final Duration LOOK = Duration.ofMillis(50);

  /** For how long nodes may believe what they are told. */
  static final Duration VALID = Duration.ofSeconds(5);

  /** After so long it is said again. */
  private static final long AGAIN_NANOS = VALID.toNanos() / 2;

  /** About as long as calls wait that their callers set no deadline. */
  static final Duration BARRIER = Duration.ofSeconds(30);

  /**
   * How long a barrier stays after a call has answered it: another thread of that node may be about
   * to send a call that it has chosen to send before it heard of the refusal.
   */
  static final Duration LINGER = Duration.ofSeconds(2);

  /** So many looks in a row must have found little before a crowd is over. */
  private static final int CALM_LOOKS = 2;

  private final ActivationTable table;
  private final Environment environment;
  private final NodeId self;
  private final HostingContext.Notices notices;
  private final Map<AddressableReference, Crowd> crowds = new ConcurrentHashMap<>();
  private final AtomicLong numbers;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final ConcurrentLinkedQueue<Runnable> outbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inOutbox = new AtomicInteger();
  private volatile boolean closed;

  Crowds(ActivationTable table, HostingContext context) {
    this.table = table;
    this.environment = context.environment();
    this.self = context.node();
    this.notices = context.notices();
    // Unlike those of other nodes, and of earlier lives of this one; never what stands for nothing.
    this.numbers =
        new AtomicLong(Headers.NOTHING_HEARD + 1 + environment.random().nextLong(1L << 60));
  }

  /** A node that calls the actor. */
  private static final class Sender {
    private long barrier;
    private boolean answered;
    private long barrierNanos;
    private long toldLimit;
    private long toldNanos;
    private long calledNanos;
  }

  /** Refuses a call that would overtake one that was refused before it; tells whether it has. */
  boolean sendsBack(Activation activation, Call call) {
    if (crowds.isEmpty() || call.answer().credit() == 0) {
      return false;
    }
    Crowd crowd = crowds.get(call.target());
    long barrier = crowd == null ? 0 : crowd.barrierFor(sender(call), call.answer().credit());
    if (barrier != 0) {
      refuse(activation, call, barrier);
    }
    return barrier != 0;
  }

  /** A call has come for which there was room, and there is little left. */
  void filling(Activation activation, Call call) {
    if (call.answer().credit() != 0) {
      visit(activation, sender(call), false);
    }
  }

  /** A call has come for which there is no room: refuses it. */
  void full(Activation activation, Call call) {
    // Where nobody hears of the refusal nobody could answer a barrier.
    boolean heard = call.answer().isHeard();
    long number = call.answer().credit() == 0 ? 0 : visit(activation, sender(call), heard);
    refuse(activation, call, number);
  }

  private void refuse(Activation activation, Call call, long number) {
    var reason = activation.full(call);
    if (number == 0) {
      // Its caller hears of it on this thread, and may do anything.
      environment.virtualThreads().execute(() -> call.refuse(reason));
    } else {
      later(() -> call.noRoom(reason, number));
    }
  }

  private NodeId sender(Call call) {
    return call.answer().sender().orElse(self);
  }

  private long visit(Activation activation, NodeId sender, boolean refused) {
    for (; ; ) {
      Crowd crowd = crowds.computeIfAbsent(activation.address(), Crowd::new);
      long number = crowd.visited(activation, sender, refused);
      if (number >= 0) {
        lookSoon();
        return number;
      }
    }
  }

  /** Forgets all. */
  void close() {
    closed = true;
    crowds.clear();
  }

  private void lookSoon() {
    if (!closed && looking.compareAndSet(false, true)) {
      environment.schedule(LOOK, this::look);
    }
  }

  private void look() {
    looking.set(false);
    for (Crowd crowd : List.copyOf(crowds.values())) {
      crowd.look(table.find(crowd.actor).orElse(null));
    }
    if (!crowds.isEmpty()) {
      lookSoon();
    }
  }

  private void later(Runnable notice) {
    outbox.add(notice);
    if (inOutbox.getAndIncrement() == 0) {
      environment.virtualThreads().execute(this::empty);
    }
  }

  private void empty() {
    do {
      Runnable next = outbox.poll();
      if (next != null) {
        guarded(next);
      }
    } while (inOutbox.decrementAndGet() > 0);
  }

  /** A defect in one must not keep all others back. */
  private static void guarded(Runnable notice) {
    try {
      notice.run();
    } catch (Throwable e) {
      LOG.error("event=notice-broken", e);
    }
  }

  /** The calls of one actor. Its fields are guarded by itself. */
  private final class Crowd {
    private final AddressableReference actor;
    private final Map<NodeId, Sender> senders = new HashMap<>();
    private int calm;
    private boolean over;

    Crowd(AddressableReference actor) {
      this.actor = actor;
    }

    /** The number of the refusal, if a barrier holds a call up; 0 if none does. */
    synchronized long barrierFor(NodeId from, long credit) {
      Sender sender = senders.get(from);
      if (sender == null || sender.barrier == 0) {
        return 0;
      }
      if (sender.barrier != credit) {
        return raise(sender, environment.nanoTime());
      }
      if (!sender.answered) {
        sender.answered = true;
        sender.barrierNanos = environment.nanoTime();
      }
      return 0;
    }

    /**
     * A call has come.
     *
     * @return the number of its refusal, 0 if it was not refused; -1 if the crowd is over
     */
    synchronized long visited(Activation activation, NodeId from, boolean refused) {
      if (over) {
        return -1;
      }
      long now = environment.nanoTime();
      calm = 0;
      Sender sender = senders.computeIfAbsent(from, _ -> new Sender());
      sender.calledNanos = now;
      long number = refused ? raise(sender, now) : 0;
      if (sender.toldLimit == 0) {
        tell(from, sender, share(activation, openBySender(activation), from), now);
      }
      return number;
    }

    private long raise(Sender sender, long now) {
      sender.barrier = numbers.getAndIncrement();
      sender.answered = false;
      sender.barrierNanos = now;
      return sender.barrier;
    }

    /** A node's even share of the mailbox, besides the turns that are open for it. */
    private long share(Activation activation, Map<NodeId, Long> open, NodeId of) {
      long places = activation.order().mailbox().capacity() / Math.max(1, senders.size());
      return Math.max(1, places + open.getOrDefault(of, 0L));
    }

    private Map<NodeId, Long> openBySender(Activation activation) {
      Map<NodeId, Long> open = new HashMap<>();
      for (Turn turn : activation.order().open()) {
        open.merge(sender(turn.call()), 1L, Long::sum);
      }
      return open;
    }

    private void tell(NodeId to, Sender sender, long limit, long now) {
      sender.toldLimit = limit;
      sender.toldNanos = now;
      later(
          () ->
              notices.credit(
                  to, new Content.Credit(actor, limit, limit == 0 ? 0 : VALID.toMillis())));
    }

    synchronized void look(@Nullable Activation activation) {
      long now = environment.nanoTime();
      senders.values().forEach(sender -> forget(sender, now));
      boolean little = activation == null || hasLittle(activation);
      calm = little ? calm + 1 : 0;
      if (activation == null || calm >= CALM_LOOKS) {
        lift(now);
        return;
      }
      senders
          .values()
          .removeIf(sender -> sender.barrier == 0 && now - sender.calledNanos > VALID.toNanos());
      Map<NodeId, Long> open = openBySender(activation);
      senders.forEach(
          (node, sender) -> {
            long share = share(activation, open, node);
            boolean changed = Math.abs(share - sender.toldLimit) > share / 4;
            boolean old = now - sender.toldNanos >= AGAIN_NANOS;
            if (changed || (old && sender.calledNanos - sender.toldNanos > 0)) {
              tell(node, sender, share, now);
            }
          });
    }

    private static void forget(Sender sender, long now) {
      long kept = (sender.answered ? LINGER : BARRIER).toNanos();
      if (sender.barrier != 0 && now - sender.barrierNanos > kept) {
        sender.barrier = 0;
        sender.answered = false;
      }
    }

    private static boolean hasLittle(Activation activation) {
      Mailbox<Call> mailbox = activation.order().mailbox();
      return mailbox.size() <= mailbox.capacity() / 4;
    }

    private void lift(long now) {
      List<NodeId> gone = new ArrayList<>();
      senders.forEach(
          (node, sender) -> {
            if (sender.barrier != 0) {
              return;
            }
            if (sender.toldLimit != 0) {
              tell(node, sender, 0, now);
            }
            gone.add(node);
          });
      gone.forEach(senders::remove);
      if (senders.isEmpty()) {
        over = true;
        crowds.remove(actor, this);
      }
    }
  }
}
