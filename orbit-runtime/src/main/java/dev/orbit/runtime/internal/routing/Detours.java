package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.internal.call.Derived;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.Target;
import dev.orbit.transport.Connections;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends to other members: straight, or where that is not possible over a third member. Two members
 * that cannot reach each other, but are both well with the cluster, so do not wait for a link that
 * will not come back; see {@link Relay} for what the third does.
 *
 * <p>A member is in trouble, for this node, from when a message to it was refused because it cannot
 * be reached until there is a connection to it again that answers; and while its health goes
 * unanswered. As long as there is no connection, each message still tries the straight way first
 * where that refuses at once: so there is somebody for whom the connection is made again.
 *
 * <p>Nothing here decides anything but the way. A message goes another way only if it surely was
 * not taken on the first, so that it arrives once at most; and what is asked or told arrives as it
 * would have, only later. So whoever is safe when messages are late or lost is safe with detours.
 * Calls of one actor change over only when none is unanswered ({@link SteadyWays}).
 *
 * <p>Thread-safe; never blocks.
 */
final class Detours {
  private static final Logger LOG = LoggerFactory.getLogger(Detours.class);

  @SuppressWarnings("rawtypes") // There are no updaters of generic classes.
  private static final AtomicIntegerFieldUpdater<Way> LEFT =
      AtomicIntegerFieldUpdater.newUpdater(Way.class, "left");

  /** With so many it is tried; more say the same. */
  private static final int MOST_THIRDS = 2;

  /** For so long nobody looks for a detour to a member that two others could not reach. */
  private static final long HOPELESS_NANOS = Duration.ofMillis(500).toNanos();

  private final Environment environment;
  private final NodeId self;
  private final Supplier<ClusterView> view;
  private final Transport transport;
  private final Predicate<NodeId> suspected;
  private final SteadyWays ways = new SteadyWays();
  // Those in trouble, and until when a detour is hopeless.
  private final Map<NodeId, Long> troubled = new ConcurrentHashMap<>();
  private final LongAdder taken = new LongAdder();

  /**
   * No member is in trouble.
   *
   * @param view the newest
   * @param suspected whether a member does not answer when it is asked how it is
   */
  Detours(
      Environment environment,
      NodeId self,
      Supplier<ClusterView> view,
      Transport transport,
      Predicate<NodeId> suspected) {
    this.environment = environment;
    this.self = self;
    this.view = view;
    this.transport = transport;
    this.suspected = suspected;
  }

  /** As {@link Transport#request}. */
  CompletableFuture<Message> request(NodeId target, Message message) {
    return request(target, message, Function.identity());
  }

  /**
   * The same.
   *
   * @param read what its caller gets of the answer
   */
  <T> CompletableFuture<T> request(NodeId target, Message message, Function<Message, T> read) {
    Way<T> way = new Way<>(target, message, read);
    way.begin();
    return way;
  }

  /** As {@link Transport#send}. */
  void send(NodeId target, Message message) {
    boolean wanted = isToGoAround(target);
    boolean around = actor(message).map(a -> ways.peek(stripe(target, a), wanted)).orElse(wanted);
    if (around && sendAround(target, message)) {
      return;
    }
    try {
      transport.send(target, message);
    } catch (NotExecutedException e) {
      if (!isUnreachable(e) || !isWorthATry(target) || !sendAround(target, message)) {
        throw e;
      }
      inTrouble(target, e);
    }
  }

  private boolean sendAround(NodeId target, Message message) {
    List<NodeId> thirds = thirds(target);
    if (thirds.isEmpty()) {
      return false;
    }
    NodeId third = thirds.getFirst();
    transport.send(third, over(third, target, message, 0));
    taken.increment();
    return true;
  }

  /** How many messages went over others. */
  long taken() {
    return taken.sum();
  }

  private static Optional<AddressableReference> actor(Message message) {
    return message.content() instanceof Content.InvocationRequest request
        ? Optional.of(request.reference())
        : Optional.empty();
  }

  private static int stripe(NodeId target, AddressableReference actor) {
    return SteadyWays.stripe(target, actor);
  }

  private boolean isToGoAround(NodeId target) {
    if (suspected.test(target)) {
      return isWorthATry(target);
    }
    if (!troubled.containsKey(target)) {
      return false;
    }
    if (connections().isHealthy(target)) {
      if (troubled.remove(target) != null) {
        LOG.info("event=detour-over node={} target={}", self, target);
      }
      return false;
    }
    return connections().state(target) == PeerStatus.State.CONNECTING && isWorthATry(target);
  }

  private Connections connections() {
    return transport.connections();
  }

  private boolean isWorthATry(NodeId target) {
    Long hopelessUntil = troubled.get(target);
    return hopelessUntil == null || environment.nanoTime() - hopelessUntil >= 0;
  }

  private void inTrouble(NodeId target, Throwable why) {
    if (troubled.putIfAbsent(target, environment.nanoTime()) == null) {
      ClusterView members = view.get();
      troubled.keySet().removeIf(node -> members.member(node).isEmpty());
      LOG.info("event=detour node={} target={} reason={}", self, target, why.getMessage());
    }
  }

  private void hopeless(NodeId target) {
    troubled.put(target, environment.nanoTime() + HOPELESS_NANOS);
  }

  /**
   * Members by which the target may be reached, the best first: always the same as long as they
   * are, so that what goes to one target goes one way.
   */
  private List<NodeId> thirds(NodeId target) {
    List<Member> members = view.get().members();
    List<NodeId> connected = new ArrayList<>(MOST_THIRDS);
    List<NodeId> others = new ArrayList<>(MOST_THIRDS);
    int first = Math.floorMod(target.hashCode(), Math.max(1, members.size()));
    for (int i = 0; i < members.size() && connected.size() < MOST_THIRDS; i++) {
      NodeId node = members.get((first + i) % members.size()).id().node();
      if (node.equals(self) || node.equals(target) || suspected.test(node)) {
        continue;
      }
      switch (connections().state(node)) {
        case READY -> connected.add(node);
        case IDLE, CONNECTING -> others.add(node);
        case TRANSIENT_FAILURE, SHUTDOWN -> {}
      }
    }
    connected.addAll(others);
    return connected.subList(0, Math.min(MOST_THIRDS, connected.size()));
  }

  private static Message over(NodeId third, NodeId target, Message message, long passedNanos) {
    long micros = message.headers().remainingMicros();
    long left = Math.max(1, micros - TimeUnit.NANOSECONDS.toMicros(passedNanos));
    return new Message(
        message.id(),
        message.source(),
        new Target.RoutedUnicast(List.of(third, target)),
        message.content(),
        message.attempts(),
        micros == 0 ? message.headers() : message.headers().withRemainingMicros(left),
        message.payload());
  }

  private static boolean isUnreachable(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof NotExecutedException refused
        && refused.code() == ErrorCode.NODE_UNAVAILABLE;
  }

  /** Whether the third could not reach the target either. */
  private static boolean saysUnreachable(Message answer) {
    Optional<ErrorCode> code =
        switch (answer.content()) {
          case Content.InvocationError error -> error.code();
          case Content.Failure failure -> failure.code();
          default -> Optional.empty();
        };
    return code.filter(ErrorCode.NODE_UNAVAILABLE::equals).isPresent();
  }

  /** One request on its way, and its answer. Cancelling it gives it up, wherever it is. */
  private final class Way<T> extends Derived<Message, T> {
    private final NodeId target;
    private final Message message;
    private final Function<Message, T> read;
    private final int stripe;
    private final long begunNanos = environment.nanoTime();
    private volatile int left;
    private List<NodeId> thirds = List.of();
    private int next;

    Way(NodeId target, Message message, Function<Message, T> read) {
      this.target = target;
      this.message = message;
      this.read = read;
      this.stripe =
          message.content() instanceof Content.InvocationRequest request
              ? stripe(target, request.reference())
              : -1;
    }

    void begin() {
      boolean wanted = isToGoAround(target);
      boolean around = stripe < 0 ? wanted : ways.enter(stripe, wanted);
      if (!around || !goesAround()) {
        straight();
      }
    }

    private void straight() {
      CompletableFuture<Message> answer = transport.request(target, message).toCompletableFuture();
      if (answer.isCompletedExceptionally() && isUnreachable(answer.exceptionNow()) && mayTurn()) {
        inTrouble(target, answer.exceptionNow());
        if (goesAround()) {
          return;
        }
      }
      follow(answer);
    }

    private boolean mayTurn() {
      return isWorthATry(target) && (stripe < 0 || ways.turn(stripe));
    }

    private boolean goesAround() {
      thirds = thirds(target);
      if (thirds.isEmpty()) {
        return false;
      }
      overNext();
      return true;
    }

    private void overNext() {
      NodeId third = thirds.get(next++);
      long passed = environment.nanoTime() - begunNanos;
      taken.increment();
      follow(transport.request(third, over(third, target, message, passed)).toCompletableFuture());
    }

    @Override
    protected void heard(Message answer, @Nullable Throwable failure) {
      if (!thirds.isEmpty()) {
        boolean nobody = failure == null ? saysUnreachable(answer) : isUnreachable(failure);
        if (nobody && next < thirds.size() && !isDone()) {
          overNext();
          return;
        }
        if (nobody) {
          hopeless(target);
        }
      }
      // Whoever waits may call again at once, and finds its place free.
      leave();
      if (failure == null) {
        complete(read.apply(answer));
      } else {
        completeExceptionally(failure);
      }
    }

    private void leave() {
      if (stripe >= 0 && left == 0 && LEFT.compareAndSet(this, 0, 1)) {
        ways.leave(stripe);
      }
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      leave();
      return super.cancel(mayInterrupt);
    }
  }
}
