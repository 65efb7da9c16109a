package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.proto.CallLink;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls of this node, and of clients that call through it, wait for room at their actors.
 *
 * <p>As long as nothing is heard of an actor its calls pass. When its host says by a {@link
 * Content.Credit} that many wait for it, or refuses a call because its mailbox is full, the actor
 * gets a {@link Door}: of the calls that go through it no more are unanswered than its host allows,
 * and the others wait before it, in their order, until answers come. So what waits does so where it
 * was made, and only for the actor that has no room; and a call that its host has refused is sent
 * again when there is room, as if it had waited here.
 *
 * <p>Nothing depends on what a host says arriving. A door lets at least one call through at a time,
 * and opens further with each answer; what it was told holds for a while only.
 *
 * <p>Order: calls that were refused go before those that have not been sent. Every call that is
 * sent while there is a door carries the number of the last refusal, and after a refusal the host
 * takes no call of this node to the actor that does not ({@link
 * dev.orbit.runtime.internal.hosting.Crowds}). So none overtakes one that was refused before it.
 *
 * <p>One-way calls wait too, and are sent through a door as calls with an answer, by which this
 * node learns when there is room for the next. Calls from within the very actor that they are made
 * to never wait: it may be waiting for them.
 *
 * <p>Bounds: so many calls for one actor as it is told, {@value #ACTORS} times as many in all, with
 * {@link #MOST_BYTES} of arguments; none longer than its deadline. More are refused. Thread-safe;
 * never blocks.
 */
final class WaitingRoom {
  /** As many actors may have all their places taken. */
  static final int ACTORS = 10;

  /** The arguments of all that wait; that much a peer's queue holds too. */
  static final long MOST_BYTES = 64L << 20;

  /** What is heard of more actors at a time is not kept. */
  static final int MOST_DOORS = 100_000;

  private final Environment environment;
  private final String node;
  private final int places;
  private final ConcurrentHashMap<AddressableReference, Door> doors = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder heldBack = new LongAdder();
  private final LongAdder waited = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private volatile boolean closed;

  /**
   * An empty room.
   *
   * @param node the name of this node, for messages
   * @param places how many calls may wait for one actor; 0: none, those for which there is no room
   *     are refused at once
   */
  WaitingRoom(Environment environment, String node, int places) {
    this.environment = environment;
    this.node = node;
    this.places = places;
  }

  /** What a call of this node says that was not refused yet: whether it could wait here. */
  long heed() {
    return places == 0 ? 0 : Headers.NOTHING_HEARD;
  }

  /** Whether calls of the actor have to come here. */
  boolean isWaitedFor(AddressableReference actor) {
    return !doors.isEmpty() && doors.containsKey(actor);
  }

  /**
   * Gets the answer of a call, which is sent now or when there is room for it.
   *
   * @param way sends it
   */
  CompletableFuture<Reply> pass(
      RoutedCall call, Function<RoutedCall, CompletableFuture<Reply>> way) {
    if (places == 0 || isWithin(call)) {
      return way.apply(call.withCredit(0));
    }
    if (call.credit() > Headers.NOTHING_HEARD) {
      // It was refused on this node before it came here.
      return enter(held(call, way), true, new Door.Verdict(call.credit(), Door.Verdict.SOON, ""));
    }
    Door door = doors.isEmpty() ? null : doors.get(call.target());
    return door == null ? way.apply(call) : enter(held(call, way), false, Door.Verdict.NONE);
  }

  private static boolean isWithin(RoutedCall call) {
    for (CallLink link : call.context().chain()) {
      if (link.actor().equals(call.target())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Keeps a call for which its actor had no room.
   *
   * @param refusal what its host has said
   * @return completes with the answer when it was sent again; with a refusal, on a thread of its
   *     own, if there is no place for it
   */
  CompletableFuture<Reply> heldBack(
      RoutedCall call, Reply refusal, Function<RoutedCall, CompletableFuture<Reply>> way) {
    return doors.size() >= MOST_DOORS && !isWaitedFor(call.target())
        ? later(refusal)
        : enter(held(call, way), true, Door.Verdict.of(refusal));
  }

  private Held held(RoutedCall call, Function<RoutedCall, CompletableFuture<Reply>> way) {
    return new Held(this, environment, call, way);
  }

  private Door door(AddressableReference actor) {
    return doors.computeIfAbsent(actor, of -> new Door(this, environment, of));
  }

  /** A host says how many calls an actor of it takes. */
  void credited(Content.Credit credit) {
    boolean none = credit.messages() == 0 || places == 0 || doors.size() >= MOST_DOORS;
    for (; ; ) {
      Door door = none ? doors.get(credit.reference()) : door(credit.reference());
      if (door == null || door.credited(credit)) {
        return;
      }
    }
  }

  /** The name of this node. */
  String node() {
    return node;
  }

  /** How many may wait for one actor. */
  int places() {
    return places;
  }

  /** How many calls wait. */
  int waiting() {
    return waiting.get();
  }

  /** How many were refused by hosts, and went to wait. */
  long heldBack() {
    return heldBack.sum();
  }

  /** How many waited that had not been sent. */
  long waited() {
    return waited.sum();
  }

  /** How many were refused because too many wait. */
  long refused() {
    return refused.sum();
  }

  /** Whether nobody waits any more. */
  boolean isClosed() {
    return closed;
  }

  /** Lets nobody wait any more: calls that do end as not executed. Idempotent. */
  void close() {
    closed = true;
    doors.values().forEach(Door::refuseAll);
  }

  /** A door is not used any more. */
  void forget(AddressableReference actor, Door door) {
    doors.remove(actor, door);
  }

  private CompletableFuture<Reply> enter(Held held, boolean wasSent, Door.Verdict verdict) {
    Door door = takePlace(held) ? stand(held, wasSent, verdict) : null;
    if (door == null) {
      held.isNotKept();
      refused.increment();
      return later(tooMany(held.call()));
    }
    (wasSent ? heldBack : waited).increment();
    held.stays(door);
    door.pump();
    return held;
  }

  /**
   * The door that it stands before now; null if there is no place, and then it has given up its.
   */
  private @Nullable Door stand(Held held, boolean wasSent, Door.Verdict verdict) {
    for (; ; ) {
      Door door = door(held.call().target());
      switch (door.add(held, wasSent, verdict)) {
        case ADDED -> {
          return door;
        }
        case FULL -> {
          leavePlace(held);
          return null;
        }
        case OVER -> {}
      }
    }
  }

  /**
   * A call that went through a door was refused, and waits again. It had a place before: there are
   * no more of those than doors let through.
   *
   * @return the door that it stands before; null if there is no place any more
   */
  @Nullable Door takeBack(Held held, Door door, Door.Verdict verdict) {
    waiting.incrementAndGet();
    bytes.addAndGet(held.size());
    Door present = door.takeBack(held, verdict) ? door : stand(held, true, verdict);
    if (present != null) {
      heldBack.increment();
    }
    return present;
  }

  private boolean takePlace(Held held) {
    boolean fits = waiting.incrementAndGet() <= (long) places * ACTORS;
    fits &= bytes.addAndGet(held.size()) <= MOST_BYTES;
    if (!fits) {
      leavePlace(held);
    }
    return fits;
  }

  /** It waits no longer. */
  void leavePlace(Held held) {
    waiting.decrementAndGet();
    bytes.addAndGet(-held.size());
  }

  private Reply tooMany(RoutedCall call) {
    return Reply.refused(
        new OverloadedException(
            "%s did not run: the actor's mailbox has no room, and too many calls wait on node %s for room at their actors (waiting-for-room); call more slowly or spread the load over several actors"
                .formatted(call, node),
            null,
            Door.Verdict.SOON));
  }

  /** Not on a thread that tells others of refusals: whoever hears of this one may do anything. */
  private CompletableFuture<Reply> later(Reply refusal) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    environment.virtualThreads().execute(() -> reply.complete(refusal));
    return reply;
  }
}
