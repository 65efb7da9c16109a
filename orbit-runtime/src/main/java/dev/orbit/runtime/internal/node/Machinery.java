package dev.orbit.runtime.internal.node;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.state.StateStore;
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.proto.Content;
import dev.orbit.raft.RaftConfig;
import dev.orbit.raft.RaftNode;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.runtime.internal.config.NodeSettings;
import dev.orbit.runtime.internal.directory.HostChoice;
import dev.orbit.runtime.internal.hosting.HeapWatch;
import dev.orbit.runtime.internal.hosting.HostingContext;
import dev.orbit.runtime.internal.hosting.Offloading;
import dev.orbit.runtime.internal.life.HostAdvice;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.placement.Chooser;
import dev.orbit.runtime.internal.placement.LoadBoard;
import dev.orbit.runtime.internal.placement.Strategies;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Registrations;
import dev.orbit.runtime.internal.reminder.ReminderService;
import dev.orbit.runtime.internal.routing.Admission;
import dev.orbit.runtime.internal.routing.Routing;
import dev.orbit.runtime.state.JdbcStateStore;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.runtime.state.PostgresConfig;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.Transport;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import dev.orbit.transport.limits.CallLimits;
import dev.orbit.transport.telemetry.Telemetry;
import dev.orbit.transport.telemetry.TransportHistograms;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What outlives the lives of a node, and the order in which it is started and stopped. */
final class Machinery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Machinery.class);

  private final NodeSettings settings;
  private final Environment environment;
  private final Registrations registrations;
  private final Strategies strategies;
  private final StateStore store;
  private final Lives lives;
  private final HealthBoard health = new HealthBoard();
  private final Transport transport;
  private final Routing routing;
  private final Admission admission;
  private final Telemetry telemetry;
  private final ViewFeed views;
  private final PeerWatch peers;
  private final RaftNode raft;
  private final JsonCodec stateCodec;
  private final Offloading offloading;
  private final Optional<HostAdvice> advice;
  private volatile Optional<ReminderService> reminders = Optional.empty();
  // The last one opened is the first to be closed.
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  private Machinery(NodeSettings settings, NodeParts parts) {
    this.settings = settings;
    this.registrations =
        Registrations.read(parts.actors(), parts.dependencies(), settings.placing().types())
            .filteredBy(parts.turnFilters());
    this.strategies = strategies(parts, registrations);
    try {
      this.environment = environment(parts);
      this.telemetry = Telemetry.of(parts.telemetry(), environment::nanoTime);
      this.store = parts.stateStore().orElseGet(this::ownStore);
      checkReminders();
      NodeId self = settings.node();
      ClusterView none = ClusterView.empty(settings.cluster(), settings.hosting().partitions());
      this.lives = new Lives(environment, none);
      this.transport =
          opened(
              Transports.node(
                  environment,
                  settings.transport(),
                  NodeIdentity.node(settings.cluster(), self, lives::incarnation, settings.listen())
                      .with(settings.security().tls()),
                  resolver(parts),
                  this::info,
                  health));
      // Before the first connection: most are made while the node joins.
      transport.measure(TransportHistograms.of(telemetry));
      this.admission =
          new Admission(environment, settings.security().access(), settings.security().limits());
      this.peers =
          opened(new PeerWatch(environment, self, settings.timing().lease(), transport::health));
      this.routing = Routing.create(environment, lives, transport, told(parts, peers));
      open.push(lives::stop);
      open.push(routing::stop);
      // Behind all that are closed before it, which know better how calls have ended.
      open.addLast(routing::end);
      open.push(() -> reminders.ifPresent(ReminderService::stop));
      this.offloading = opened(new Offloading(environment));
      this.advice = advice(parts);
      this.stateCodec = new JsonCodec(routing.references());
      boolean warm = settings.transport().warmConnections() > 0;
      this.views = new ViewFeed(environment, self, lives, transport, none, warm);
      transport.start(routing.handler());
      this.raft = opened(RaftNode.open(environment, raftConfig(settings)));
      raft.onHealth(now -> health.set(HealthBoard.RAFT, status(now)));
      raft.start();
      parts.voterResolver().ifPresent(resolver -> opened(raft.followVoters(resolver)::cancel));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Starts everything but the first life. */
  static Machinery start(NodeSettings settings, NodeParts parts) {
    return new Machinery(settings, parts);
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  private static Strategies strategies(NodeParts parts, Registrations registrations) {
    Strategies known = Strategies.with(parts.strategies());
    for (ActorRegistration type : registrations.all()) {
      if (!type.isWorker()) {
        known.check(type.contract().typeName(), type.rule().strategy());
      }
    }
    return known;
  }

  private Environment environment(NodeParts parts) {
    return parts.environment().orElseGet(() -> opened(new SystemEnvironment()));
  }

  private Routing.Told told(NodeParts parts, PeerWatch watch) {
    return new Routing.Told(
        settings.node(),
        settings.calls(),
        settings.timing().lease(),
        settings.timing().longTurn(),
        registrations,
        parts.callFilters(),
        parts.codecs(),
        admission,
        telemetry,
        settings.placing().choice(),
        watch::suspects,
        settings.hosting().waitingForRoom());
  }

  private StateStore ownStore() {
    return switch (settings.state()) {
      case NodeSettings.StateLocation.Memory() -> opened(new MemoryStateStore());
      case NodeSettings.StateLocation.SharedFile(Path file) ->
          opened(JdbcStateStore.sqlite(environment, file));
      case NodeSettings.StateLocation.Postgres(PostgresConfig config) ->
          opened(JdbcStateStore.postgresql(environment, config));
    };
  }

  private NodeResolver resolver(NodeParts parts) {
    return new MemberResolver(parts.nodeResolver().orElse(node -> Optional.empty()), lives);
  }

  private Optional<HostAdvice> advice(NodeParts parts) {
    return parts
        .nodeResolver()
        .filter(HostAdvice::isGivenBy)
        .map(word -> new HostAdvice(environment, word, settings.hosting().waitingCapacity()));
  }

  private Content.InfoResponse info() {
    ClusterView view = lives.placement().view();
    return new Content.InfoResponse(settings.node(), view.members(), view.version());
  }

  private static RaftConfig raftConfig(NodeSettings settings) {
    NodeId self = settings.node();
    RaftConfig.Builder config =
        settings.voters().isEmpty()
            ? RaftConfig.alone(self)
            : RaftConfig.builder(self, new TreeMap<>(settings.voters()));
    config.lease(settings.timing().lease()).partitions(settings.hosting().partitions());
    settings.raftListen().ifPresent(config::listen);
    settings.security().tls().ifPresent(config::tls);
    settings.dataDirectory().ifPresent(config::dataDirectory);
    config.replaceVoter(settings.replaceVoter());
    return config.build();
  }

  private static HealthBoard.Status status(EngineHealth engine) {
    return switch (engine) {
      case EngineHealth.Serving() -> HealthBoard.Status.SERVING;
      case EngineHealth.NoLeader(), EngineHealth.Waiting _, EngineHealth.Failed _ ->
          HealthBoard.Status.NOT_SERVING;
    };
  }

  Life newLife(NodeLease lease) {
    HostingContext context =
        new HostingContext(
            environment,
            lease,
            store,
            stateCodec,
            routing.actors(),
            new HostingContext.Limits(
                settings.hosting().mailboxCapacity(),
                settings.hosting().maxActivations(),
                settings.hosting().targetActivations(),
                settings.timing().idle(),
                registrations.shortestIdle(settings.timing().idle()),
                HeapWatch.from(settings.hosting().memoryHighWater())),
            telemetry,
            newReminders(lease),
            routing.notices(),
            offloading,
            routing::watch);
    LoadBoard loads =
        new LoadBoard(
            environment::nanoTime,
            lease.member(),
            routing.ownLoad(),
            routing.loadLine(),
            environment.virtualThreads());
    HostChoice choice = new Chooser(environment, lives::newestPlacement, strategies, loads);
    Life.Directing directing =
        new Life.Directing(
            ClusterView.empty(settings.cluster(), settings.hosting().partitions()),
            advice.map(word -> word.over(choice, lives::newestPlacement)).orElse(choice),
            loads,
            routing.courier(),
            settings.hosting().waitingCapacity(),
            advice,
            settings.placing().rebalancing());
    return new Life(context, directing);
  }

  private Optional<ReminderService> newReminders(NodeLease lease) {
    Optional<ReminderService> made =
        store
            .reminders()
            .map(
                kept ->
                    new ReminderService(
                        environment,
                        settings.cluster(),
                        kept,
                        new ViewPartitions(lives, lease),
                        routing.reminders(environment, settings.timing().call())));
    reminders = made;
    made.ifPresent(
        service -> {
          service.start();
          lease.onLost(service::stop);
        });
    return made;
  }

  private void checkReminders() {
    if (store.reminders().isPresent()) {
      return;
    }
    for (ActorRegistration registration : registrations.all()) {
      if (registration.isRemindable()) {
        throw new ConfigurationException(
            ErrorCode.BAD_CONFIGURATION,
            "%s is Remindable, and the state store %s keeps no reminders; use a store that does"
                .formatted(registration.actorClass().getName(), store.getClass().getName()));
      }
    }
  }

  Environment environment() {
    return environment;
  }

  Registrations registrations() {
    return registrations;
  }

  Lives lives() {
    return lives;
  }

  HealthBoard health() {
    return health;
  }

  Transport transport() {
    return transport;
  }

  Routing routing() {
    return routing;
  }

  /** The cluster has come to that view. */
  void view(ClusterView view) {
    admission.limiter().members(view.members().size());
    views.view(view);
    peers.view(view);
  }

  /** What this node thinks of others. */
  PeerWatch peers() {
    return peers;
  }

  Telemetry telemetry() {
    return telemetry;
  }

  Admission admission() {
    return admission;
  }

  /** Ends with the node. */
  void closeWithNode(AutoCloseable part) {
    open.push(part);
  }

  /** Puts other limits in force. */
  void changeLimits(CallLimits limits) {
    admission.limiter().change(limits);
  }

  ViewFeed views() {
    return views;
  }

  RaftNode raft() {
    return raft;
  }

  Endpoint endpoint() {
    return transport
        .listening()
        .orElseThrow(() -> new IllegalStateException("the transport of a node listens"));
  }

  @Override
  public void close() {
    for (AutoCloseable part = open.poll(); part != null; part = open.poll()) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn(
            "event=close-failed part={} reason={}", part.getClass().getSimpleName(), e.toString());
      }
    }
  }
}
