package dev.orbit.runtime.internal.routing;

import dev.orbit.api.Actors;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.state.Fence;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.proto.CallLink;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.directory.Grant;
import dev.orbit.runtime.internal.hosting.ActivationTable;
import dev.orbit.runtime.internal.hosting.Answer;
import dev.orbit.runtime.internal.hosting.Call;
import dev.orbit.runtime.internal.hosting.HostingContext;
import dev.orbit.runtime.internal.hosting.MemoryWatch;
import dev.orbit.runtime.internal.hosting.Offloading;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Registrations;
import dev.orbit.runtime.internal.simulated.ManualLease;
import dev.orbit.runtime.internal.simulated.QuietEnvironment;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that host {@link PartyActor}s: activations, turns, watches of calls and probes are the real
 * ones, turns block on threads of their own, and time is virtual. Each message between two nodes is
 * under way for a drawn time, so that none keeps its place behind another.
 */
final class SimulatedTurns implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(30);
  private static final Duration WATCHES_APART = Duration.ofMillis(100);

  private final QuietEnvironment environment;
  private final RandomGenerator random;
  private final Ways ways;
  private final Desk desk;
  private final ActorRegistration registration;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Node> hosts = new HashMap<>();
  private final AtomicInteger secondProbes = new AtomicInteger();
  private final List<Long> refusedAtNanos = new CopyOnWriteArrayList<>();
  private final Set<Long> givenUp = ConcurrentHashMap.newKeySet();
  private int grants;

  private final class Node {
    private final ActivationTable table;
    private final CallWatch watch;

    Node(int number) {
      Actors actors =
          new ReferenceFactory(
              environment, invocation -> invoke(this, invocation), new CallOptions(LONG));
      table =
          new ActivationTable(
              new HostingContext(
                  environment,
                  new ManualLease(),
                  new MemoryStateStore(),
                  new JsonCodec(
                      (contract, key) -> {
                        throw new IllegalStateException("nothing is stored");
                      }),
                  actors,
                  new HostingContext.Limits(1_000, 1_000, 1_000, LONG, LONG, MemoryWatch.NONE),
                  Telemetry.OFF,
                  Optional.empty(),
                  probe -> send(this, probe),
                  new Offloading(environment),
                  _ -> {}),
              (address, grant, parting) -> {});
      watch = new CallWatch(environment, "n" + number, LONG);
    }

    void accept(Call call) {
      watch.add(call);
      if (!table.deliver(call)) {
        Grant grant = new Grant(0, ++grants, new Fence(1, grants));
        table.activate(grant, registration, List.of(call), Optional.empty());
      }
    }
  }

  /**
   * How long messages between two nodes are under way, each drawn.
   *
   * @param calls the shortest and the longest of calls and answers
   * @param probes of probes
   */
  record Ways(Range calls, Range probes) {}

  /** From the shortest to the longest. */
  record Range(Duration shortest, Duration longest) {}

  SimulatedTurns(long seed, int count, Ways ways) throws InterruptedException {
    this.ways = ways;
    this.environment = new QuietEnvironment(seed);
    this.random = environment.random();
    this.desk = new Desk(environment);
    this.registration =
        Registrations.read(List.of(PartyActor.class), (actor, parameter) -> Optional.of(desk))
            .find("test.Party")
            .orElseThrow();
    for (int number = 1; number <= count; number++) {
      nodes.add(new Node(number));
      environment.advance(upTo(WATCHES_APART));
    }
  }

  Desk desk() {
    return desk;
  }

  RandomGenerator random() {
    return random;
  }

  long now() {
    return environment.nanoTime();
  }

  void advance(Duration duration) throws InterruptedException {
    environment.advance(duration);
  }

  Duration upTo(Duration most) {
    return Duration.ofNanos(random.nextLong(most.toNanos() + 1));
  }

  /** Says where an actor lives. */
  void place(String actor, int node) {
    hosts.put(actor, nodes.get(node));
  }

  /** Somebody outside calls that actor; its turn has begun, or the call waits, on return. */
  CompletableFuture<@Nullable Object> begin(String actor) throws InterruptedException {
    return begin(actor, "attend");
  }

  /** As {@link #begin}, of a turn that only reads and is known to the desk by that name. */
  CompletableFuture<@Nullable Object> look(String actor, String as) throws InterruptedException {
    return begin(actor, "look", as);
  }

  private CompletableFuture<@Nullable Object> begin(
      String actor, String name, @Nullable Object... arguments) throws InterruptedException {
    CompletableFuture<@Nullable Object> outcome = new CompletableFuture<>();
    CallContext context = CallContext.root(environment.nanoTime(), LONG);
    MethodContract method = registration.contract().method(name).orElseThrow();
    Reply reply =
        new Reply(
            completion -> {
              completion.run();
              // No thread waits for it.
              environment.waits();
            },
            context,
            outcome);
    host(actor).accept(new Call(address(actor), method, context, () -> arguments, reply));
    environment.settle();
    return outcome;
  }

  /** When calls were refused because they would never be answered. */
  List<Long> refusedAtNanos() {
    return List.copyOf(refusedAtNanos);
  }

  /** How often a probe came back, so that another was sent. */
  int circlesSeenOnce() {
    return secondProbes.get();
  }

  private static AddressableReference address(String actor) {
    return new AddressableReference("test.Party", new Key.StringKey(actor));
  }

  private Node host(String actor) {
    Node host = hosts.get(actor);
    if (host == null) {
      throw new IllegalStateException(actor + " lives nowhere");
    }
    return host;
  }

  private static String name(AddressableReference address) {
    return address.key().toString();
  }

  private void send(Node from, Node to, Range way, Runnable arrival) {
    Duration delay =
        from == to ? Duration.ZERO : way.shortest().plus(upTo(way.longest().minus(way.shortest())));
    var _ = environment.schedule(delay, arrival);
  }

  private CompletableFuture<@Nullable Object> invoke(Node from, Invocation invocation) {
    CompletableFuture<@Nullable Object> outcome = new CompletableFuture<>();
    Node to = host(name(invocation.target()));
    CallContext context = invocation.context();
    Reply reply =
        new Reply(completion -> send(to, from, ways.calls(), completion), context, outcome);
    var _ =
        outcome.whenComplete(
            (_, _) -> {
              if (outcome.isCancelled()) {
                givenUp.add(context.callId());
              }
            });
    Call call =
        new Call(invocation.target(), invocation.method(), context, invocation::arguments, reply);
    send(from, to, ways.calls(), () -> to.accept(call));
    environment.waits();
    return outcome;
  }

  private void send(Node from, Content.WaitProbe probe) {
    if (probe.round() == 2 && probe.path().size() == 1) {
      secondProbes.incrementAndGet();
    }
    Node to = host(name(probe.actor()));
    send(from, to, ways.probes(), () -> to.table.probes().arrive(probe));
  }

  /** The way back to a caller that waits. */
  private final class Reply implements Answer {
    private final Consumer<Runnable> way;
    private final CallContext context;
    private final CompletableFuture<@Nullable Object> outcome;

    Reply(
        Consumer<Runnable> way, CallContext context, CompletableFuture<@Nullable Object> outcome) {
      this.way = way;
      this.context = context;
      this.outcome = outcome;
    }

    @Override
    public void returned(@Nullable Object value) {
      arrive(() -> outcome.complete(value));
    }

    @Override
    public void threw(Throwable failure) {
      arrive(
          () ->
              outcome.completeExceptionally(
                  new ActorFailedException(ErrorCode.ACTOR_FAILED, failure.toString(), failure)));
    }

    @Override
    public void refused(OrbitException reason) {
      if (reason.code() == ErrorCode.DEADLOCK
          && context.chain().stream().noneMatch(this::isGivenUp)) {
        refusedAtNanos.add(environment.nanoTime());
      }
      arrive(() -> outcome.completeExceptionally(reason));
    }

    /** What nobody waits for any more goes on here; in a cluster it would be interrupted. */
    private boolean isGivenUp(CallLink turn) {
      return givenUp.contains(turn.callId());
    }

    private void arrive(Runnable completion) {
      way.accept(
          () -> {
            // Who was interrupted waits for it no longer.
            if (!outcome.isDone()) {
              environment.goesOn();
              completion.run();
            }
          });
    }
  }

  @Override
  public void close() {
    nodes.forEach(
        node -> {
          node.watch.stop();
          node.table.abandon();
        });
  }
}
