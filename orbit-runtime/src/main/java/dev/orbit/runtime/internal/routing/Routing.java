package dev.orbit.runtime.internal.routing;

import dev.orbit.api.Actors;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Environment;
import dev.orbit.api.filter.CallFilter;
import dev.orbit.api.placement.NodeLoad;
import dev.orbit.client.codec.PayloadCodec;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.call.FilteredInvoker;
import dev.orbit.client.internal.call.MeasuredInvoker;
import dev.orbit.client.internal.codec.Codecs;
import dev.orbit.client.internal.codec.ReferenceResolver;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.runtime.inspect.SenderStatistics;
import dev.orbit.runtime.internal.config.NodeSettings;
import dev.orbit.runtime.internal.directory.Courier;
import dev.orbit.runtime.internal.hosting.HostingContext;
import dev.orbit.runtime.internal.hosting.Watched;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.placement.LoadBoard;
import dev.orbit.runtime.internal.placement.OwnLoad;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Registrations;
import dev.orbit.runtime.internal.reminder.Delivery;
import dev.orbit.transport.MessageHandler;
import dev.orbit.transport.Transport;
import dev.orbit.transport.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The routing of a node, put together. Thread-safe. */
public final class Routing {
  private final LocalHost local;
  private final Router router;
  private final NodeInvoker invoker;
  private final ReferenceFactory references;
  private final InboundRouter inbound;
  private final Lines lines;

  /** How the parts that decide where actors live talk to other members, and what they tell. */
  private record Lines(
      Detours detours,
      Courier courier,
      Supplier<NodeLoad> ownLoad,
      LoadBoard.Line loads,
      HostingContext.Notices notices) {}

  private Routing(
      LocalHost local,
      Router router,
      NodeInvoker invoker,
      ReferenceFactory references,
      InboundRouter inbound,
      Lines lines) {
    this.local = local;
    this.router = router;
    this.invoker = invoker;
    this.references = references;
    this.inbound = inbound;
    this.lines = lines;
  }

  /**
   * What routing is told.
   *
   * @param node this node
   * @param calls how long calls may take whose callers set no deadline
   * @param lease how long leases of nodes last
   * @param longTurn how long a turn may run before it is reported
   * @param registrations the types that this node hosts
   * @param filters stand around calls of this node's references
   * @param codecs write arguments and results, before the built-in ones
   * @param admission whose calls it takes
   * @param telemetry measures calls
   * @param choice how a node is chosen where several would do
   * @param suspects whether a member does not answer when it is asked how it is
   * @param waitingForRoom how many calls may wait for room at one actor
   */
  public record Told(
      NodeId node,
      CallOptions calls,
      Duration lease,
      Duration longTurn,
      Registrations registrations,
      List<CallFilter> filters,
      List<PayloadCodec> codecs,
      Admission admission,
      Telemetry telemetry,
      NodeSettings.Choice choice,
      Predicate<NodeId> suspects,
      int waitingForRoom) {}

  /**
   * Puts it together, and checks that the codecs take every contract that this node hosts.
   *
   * @throws dev.orbit.api.error.ConfigurationException with {@code BAD_CONTRACT} if not; if the id
   *     of a codec is reserved or taken twice
   */
  public static Routing create(
      Environment environment, Lives lives, Transport transport, Told told) {
    // References decode references: the circle is closed when the factory is there.
    CompletableFuture<ReferenceResolver> resolver = new CompletableFuture<>();
    Codecs codecs =
        new Codecs((contract, key) -> resolver.join().resolve(contract, key), told.codecs());
    LocalHost local =
        new LocalHost(
            environment, told.node().key(), told.registrations(), codecs, told.longTurn());
    WorkerRoute workers =
        new WorkerRoute(
            environment,
            told.choice().balancing(),
            transport.repetitions(),
            told.choice().hedgeAfter());
    Detours detours =
        new Detours(environment, told.node(), lives::newest, transport, told.suspects());
    WaitingRoom room = new WaitingRoom(environment, told.node().key(), told.waitingForRoom());
    Router router =
        new Router(
            environment, told.node(), lives, detours, new Router.Stations(local, workers, room));
    GroupRouter groups = new GroupRouter(environment, told.node(), lives, router, detours);
    NodeInvoker invoker = new NodeInvoker(router, groups, codecs);
    for (ActorRegistration registration : told.registrations().all()) {
      invoker.check(registration.contract());
      told.calls().check(registration.contract());
    }
    ReferenceFactory references =
        new ReferenceFactory(
            environment,
            FilteredInvoker.of(MeasuredInvoker.around(invoker, told.telemetry()), told.filters()),
            told.calls());
    resolver.complete(references);
    OwnLoad ownLoad =
        new OwnLoad(
            environment::nanoTime,
            () -> lives.present().map(life -> life.activations().size()).orElse(0),
            router::underWay);
    InboundRouter inbound =
        new InboundRouter(
            environment,
            lives,
            router,
            groups,
            new Relay(environment, told.node(), transport, router.lost()),
            new InboundRouter.Identity(
                told.node(), told.calls().timeout(), told.lease(), told.admission(), ownLoad));
    return new Routing(
        local,
        router,
        invoker,
        references,
        inbound,
        new Lines(
            detours,
            new DirectoryCourier(environment, detours),
            ownLoad,
            new LoadLine(transport),
            new HostNotices(told.node(), detours, router.probes(), room)));
  }

  /**
   * Delivers reminders.
   *
   * @param timeout how long an actor's turn may take
   */
  public Delivery reminders(Environment environment, Duration timeout) {
    return new ReminderCalls(environment, router, invoker.codecs(), timeout);
  }

  /** References to all actors. */
  public Actors actors() {
    return references;
  }

  /** Rebuilds references in stored state. */
  public ReferenceResolver references() {
    return references;
  }

  /** Takes what others send. */
  public MessageHandler handler() {
    return inbound;
  }

  /** Sends what hosts tell other nodes. */
  public HostingContext.Notices notices() {
    return lines.notices();
  }

  /** How many calls wait for room at their actors. */
  public long waitingForRoom() {
    return router.room().waiting();
  }

  /** How many calls found no room at their actors and went to wait for it. */
  public long heldBack() {
    return router.room().heldBack();
  }

  /** How many calls had to wait for room before they were sent. */
  public long waitedForRoom() {
    return router.room().waited();
  }

  /** How many calls were refused because too many wait for room. */
  public long roomRefused() {
    return router.room().refused();
  }

  /** Carries the questions of the directory to other members. */
  public Courier courier() {
    return lines.courier();
  }

  /** What this node has to do. */
  public Supplier<NodeLoad> ownLoad() {
    return lines.ownLoad();
  }

  /** Asks members what they have to do. */
  public LoadBoard.Line loadLine() {
    return lines.loads();
  }

  /** Where this node would send the next call of an actor; empty if nobody owns its partition. */
  public Optional<MemberId> nextCall(AddressableReference actor) {
    return router.whereabouts(actor);
  }

  /** From now on what becomes of the calls of others that come here is counted. */
  public Departure depart() {
    return router.depart();
  }

  /** How many calls wait for their answers. */
  public long underWay() {
    return router.underWay();
  }

  /** What was sent to actors. */
  public SenderStatistics sent() {
    Sent sent = router.sent();
    return new SenderStatistics(
        sent.callsHere(),
        sent.callsElsewhere(),
        sent.callsPassedOn(),
        sent.groups(),
        sent.groupMembers(),
        sent.groupMessages(),
        underWay(),
        retries(),
        retriesPostponed(),
        retriesRefused(),
        oneWayLost(),
        waitingForRoom(),
        waitedForRoom(),
        heldBack());
  }

  /** How many attempts were made after the first of their calls. */
  public long retries() {
    return router.retrying().repeated();
  }

  /** How many attempts were not repeated because too many are. */
  public long retriesRefused() {
    return router.retrying().outOfBudget();
  }

  /** How often attempts had to wait because too many are repeated. */
  public long retriesPostponed() {
    return router.retrying().postponed();
  }

  /** How many second attempts were made beside slow ones. */
  public long hedged() {
    return router.workers().hedging().hedged();
  }

  /** How often a node was passed over because it failed what others do not. */
  public long ejections() {
    return router.workers().balancer().ejections();
  }

  /** How many messages went over another node than the one that they were for. */
  public long detours() {
    return lines.detours().taken();
  }

  /** How many one-way calls did not run without their callers' knowing. */
  public long oneWayLost() {
    return router.lost().count();
  }

  /**
   * Refuses new calls of this node's references; those under way and those of other nodes go on.
   */
  public void refuseNew() {
    invoker.stop();
  }

  /**
   * Whether no call waits for its answer, neither of this node's references nor of others that came
   * here.
   */
  public boolean isQuiet() {
    return router.underWay() == 0;
  }

  /** Looks at a turn that no call has caused until it is over. */
  public void watch(Watched turn) {
    local.watch(turn);
  }

  /** How many turns have run for longer than they should. */
  public long longTurns() {
    return local.longTurns();
  }

  /**
   * Stops expiring and repeating calls. Those of which the end was not waited for end as their last
   * attempt does.
   */
  public void stop() {
    local.stop();
    router.stop();
  }

  /** Ends the waits of callers that nothing has ended. After the transport is closed. */
  public void end() {
    local.end();
  }
}
