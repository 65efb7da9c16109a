package dev.orbit.runtime.internal.node;

import dev.orbit.api.Actors;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.proto.Content;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.runtime.inspect.ActorLocation;
import dev.orbit.runtime.inspect.IntegrityReport;
import dev.orbit.runtime.inspect.SenderStatistics;
import dev.orbit.runtime.internal.audit.Audit;
import dev.orbit.runtime.internal.config.NodeSettings;
import dev.orbit.runtime.internal.directory.Courier;
import dev.orbit.runtime.internal.hosting.Refusals;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.placement.Placement;
import dev.orbit.runtime.internal.routing.Departure;
import dev.orbit.transport.limits.CallLimits;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node from start to close. Thread-safe. */
public final class NodeProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

  /** What the last node of a cluster that stops waits for: turns under way, and a goodbye. */
  private static final Duration ALONE = Duration.ofSeconds(2);

  private final NodeSettings settings;
  private final Machinery machinery;
  private final LifeKeeper keeper;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CompletableFuture<Departed> drained = new CompletableFuture<>();

  private NodeProcess(NodeSettings settings, Machinery machinery, LifeKeeper keeper) {
    this.settings = settings;
    this.machinery = machinery;
    this.keeper = keeper;
  }

  /** Starts a node and waits until it is in the cluster, and may own a part of it. */
  public static NodeProcess start(NodeSettings settings, NodeParts parts) {
    Machinery machinery = Machinery.start(settings, parts);
    try {
      NodeCapabilities capabilities =
          new NodeCapabilities(
              machinery.registrations().types(),
              OptionalInt.of(settings.hosting().maxActivations()),
              settings.placing().tags(),
              machinery.registrations().placements());
      LifeKeeper keeper =
          LifeKeeper.join(
              machinery.environment(),
              machinery.raft().membership(),
              new LifeKeeper.Stage(
                  machinery.lives(),
                  machinery.views(),
                  machinery.health(),
                  new Greetings(machinery.environment(), machinery.routing().courier())),
              new LifeKeeper.Making(machinery.endpoint(), capabilities, machinery::newLife),
              settings.timing().join());
      // Only now: what the cluster was before this node came is none of its business.
      machinery.raft().membership().onView(machinery::view);
      try {
        keeper.awaitActive(settings.timing().join());
      } catch (NotExecutedException e) {
        keeper.stopAtOnce();
        throw e;
      }
      NodeProcess process = new NodeProcess(settings, machinery, keeper);
      NodeMetrics.observe(process, machinery);
      return process;
    } catch (RuntimeException | Error e) {
      machinery.close();
      throw e;
    }
  }

  public Actors actors() {
    return machinery.routing().actors();
  }

  public NodeId id() {
    return settings.node();
  }

  public Endpoint endpoint() {
    return machinery.endpoint();
  }

  public Optional<Endpoint> raftEndpoint() {
    return machinery.raft().raftEndpoint();
  }

  public ClusterView view() {
    return machinery.lives().placement().view();
  }

  public NodeLease lease() {
    return keeper.lease();
  }

  public boolean isReady() {
    Life life = machinery.lives().present().orElse(null);
    if (ended.get() || life == null || !life.lease().isHeld()) {
      return false;
    }
    Optional<Placement> applied = life.applied();
    return applied.flatMap(placement -> placement.view().member(id())).stream()
            .anyMatch(member -> member.status() != NodeStatus.JOINING)
        && life.directory().served() == life.directory().owned();
  }

  public boolean awaitReady(Duration bound) {
    return Waits.until(machinery.environment(), bound, this::isReady);
  }

  /** What can be seen of the node at one moment. */
  public record Observation(
      NodeLease lease,
      NodeStatus status,
      ClusterView view,
      int partitionsOwned,
      int partitionsServed,
      Map<String, Integer> activations,
      Optional<String> raftLeader,
      Optional<String> voterFailure,
      long longTurns) {}

  /** What was sent to actors. */
  public SenderStatistics sent() {
    return machinery.routing().sent();
  }

  public Observation observe() {
    NodeLease lease = keeper.lease();
    ClusterView view = view();
    Optional<Life> life = machinery.lives().present();
    return new Observation(
        lease,
        view.member(id())
            .filter(member -> member.id().equals(lease.member()))
            .map(Member::status)
            .orElse(NodeStatus.STOPPED),
        view,
        (int)
            view.partitions().owners().stream()
                .filter(owner -> owner.filter(lease.member()::equals).isPresent())
                .count(),
        life.map(present -> present.directory().served()).orElse(0),
        life.map(present -> present.activations().sizeByType()).orElse(Map.of()),
        machinery.raft().leadership().leader(),
        machinery.raft().health() instanceof EngineHealth.Failed(String reason)
            ? Optional.of(reason)
            : Optional.empty(),
        machinery.routing().longTurns());
  }

  /**
   * Compares the directory with the activations of all members.
   *
   * @throws NotExecutedException if this node holds no lease
   */
  public IntegrityReport checkIntegrity(Duration bound) {
    Life life = present("the check of the directory");
    return new Audit(machinery.environment(), courier(life), life.member(), this::view).run(bound);
  }

  /**
   * Where an actor is, and why.
   *
   * @throws NotExecutedException if this node holds no lease
   */
  public ActorLocation locate(AddressableReference actor, Duration bound) {
    Life life = present("the search for " + actor);
    return new Explaining(
            machinery.environment(), courier(life), machinery.lives().placement(), actor)
        .within(bound, machinery.routing().nextCall(actor));
  }

  private Life present(String what) {
    return machinery.lives().present().orElseThrow(() -> Refusals.leaseLost(what, id()));
  }

  /** To others over the network, to this node's own directory without. */
  private Courier courier(Life life) {
    Courier remote = machinery.routing().courier();
    return (to, version, content, question) -> {
      if (!to.equals(life.member())) {
        remote.ask(to, version, content, question);
        return;
      }
      switch (content) {
        case Content.EntriesRequest request ->
            life.directory().entries(request, version, question::answered);
        case Content.DirectoryRequest request ->
            life.directory().request(request, version, question::answered);
        default -> question.failed();
      }
    };
  }

  public void changeLimits(CallLimits limits) {
    machinery.changeLimits(limits);
  }

  @Override
  public void close() {
    drain();
  }

  /** Leaves the cluster in good order and stops; who comes second waits for the first. */
  public Departed drain() {
    if (!ended.compareAndSet(false, true)) {
      return drained.join();
    }
    try {
      drained.complete(leave());
    } finally {
      drained.complete(Departed.NOTHING);
    }
    return drained.join();
  }

  /** How the node left, as {@code DrainReport} tells it to users. */
  public record Departed(
      int moved,
      int abandoned,
      long forwarded,
      long rejected,
      Duration longestPause,
      Duration took) {
    static final Departed NOTHING = new Departed(0, 0, 0, 0, Duration.ZERO, Duration.ZERO);
  }

  private Departed leave() {
    LOG.info("event=stopping node={}", id());
    long begin = machinery.environment().nanoTime();
    Departure departure = machinery.routing().depart();
    int activations = machinery.lives().present().map(life -> life.activations().size()).orElse(0);
    keeper.stop();
    machinery.peers().close();
    Duration drain = isAlone() ? ALONE : settings.timing().drain();
    // Without a leader no goodbye can be agreed on: then the lease says it, and waiting longer
    // helps nobody.
    Duration agreement =
        drain.compareTo(settings.timing().lease()) < 0 ? drain : settings.timing().lease();
    machinery.lives().present().ifPresent(life -> handOver(life, drain, agreement));
    // Others may wait for this node to say that it has stopped, and calls that it passed on may
    // wait for those others: only when
    // these are answered may it turn deaf.
    machinery.routing().refuseNew();
    boolean quiet = Waits.until(machinery.environment(), drain, machinery.routing()::isQuiet);
    if (!machinery.transport().drain(quiet ? agreement : Duration.ofMillis(1))) {
      LOG.warn("event=drain-incomplete node={} bound={}", id(), drain);
    }
    try {
      machinery.raft().membership().leave(agreement);
    } catch (OrbitException e) {
      LOG.warn("event=leave-failed node={} reason={}", id(), e.getMessage());
    }
    int left = machinery.lives().present().map(life -> life.activations().size()).orElse(0);
    machinery.lives().present().ifPresent(machinery.lives()::end);
    Departed report =
        new Departed(
            Math.max(0, activations - left),
            left,
            departure.forwardedCalls(),
            departure.rejectedCalls(),
            departure.longestPause(),
            Duration.ofNanos(machinery.environment().nanoTime() - begin));
    machinery.close();
    LOG.info("event=stopped node={} drain={}", id(), report);
    return report;
  }

  /** Whether there is nobody to hand anything to, and nobody who would agree to it. */
  private boolean isAlone() {
    return view().members().stream().allMatch(member -> member.id().node().equals(id()));
  }

  private void handOver(Life life, Duration bound, Duration agreement) {
    Environment environment = machinery.environment();
    try {
      machinery.raft().membership().announce(NodeStatus.DRAINING, agreement);
      Lives lives = machinery.lives();
      Waits.until(
          environment,
          agreement,
          () ->
              lives.placement().view().member(id()).stream()
                  .allMatch(member -> member.status() != NodeStatus.ACTIVE));
    } catch (OrbitException e) {
      LOG.warn("event=drain-not-announced node={} reason={}", id(), e.getMessage());
    }
    // Before the activations end: who has not got the entries yet cannot take their ends, nor place
    // anew what goes back. And once this node is deaf, the new owners would have to wait for its
    // goodbye before they can serve.
    if (!Waits.until(environment, agreement, life.directory()::isHandedOver)) {
      LOG.warn("event=entries-not-fetched node={} bound={}", id(), agreement);
    }
    // Not before the view: by that nobody is sent here again whom this node sends back.
    life.endAll();
    if (!Waits.until(environment, bound, life.activations()::isEmpty)) {
      LOG.warn("event=turns-abandoned node={} activations={}", id(), life.activations().size());
    }
  }

  /** Stops as a crash would: whoever called learns nothing. */
  public void kill() {
    if (ended.compareAndSet(false, true)) {
      keeper.stopAtOnce();
      machinery.transport().close();
      machinery.raft().close();
      machinery.lives().present().ifPresent(machinery.lives()::end);
      machinery.close();
      drained.complete(Departed.NOTHING);
      LOG.info("event=killed node={}", id());
    }
  }
}
