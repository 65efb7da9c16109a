package dev.orbit.runtime.internal.node;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.raft.membership.Membership;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.placement.Placement;
import dev.orbit.transport.HealthBoard;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node in the cluster: joins, and joins again after the lease was lost, until it is told
 * to stop.
 *
 * <p>A life joins as {@code JOINING}: it owns nothing, and nobody waits for it. When it has applied
 * a view that it is in and has exchanged greetings with the other members, it announces that it is
 * {@code ACTIVE}, and partitions come to it by the next view. So whoever starts slowly, or has not
 * made its connections yet, keeps no actor out of reach.
 *
 * <p>Thread-safe.
 */
final class LifeKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(LifeKeeper.class);
  private static final Duration REJOIN_PAUSE = Duration.ofSeconds(1);
  private static final Duration REJOIN_BOUND = Duration.ofSeconds(30);

  /** For members that answer it is a few round trips; one that does not must not keep us out. */
  private static final Duration GREETING_BOUND = Duration.ofSeconds(2);

  private static final Duration ANNOUNCEMENT_BOUND = Duration.ofSeconds(6);
  private static final Duration ANNOUNCEMENT_PAUSE = Duration.ofMillis(200);

  private final Environment environment;
  private final Membership membership;
  private final Stage stage;
  private final Making making;
  private volatile NodeLease lease;
  private volatile boolean stopped;

  /**
   * How lives are made.
   *
   * @param endpoint where the node takes actor traffic
   * @param capabilities what it offers
   * @param life makes one from its lease
   */
  record Making(Endpoint endpoint, NodeCapabilities capabilities, Function<NodeLease, Life> life) {}

  /**
   * Where lives take place.
   *
   * @param lives holds the present one
   * @param views feeds it
   * @param health shows it
   * @param greetings introduces it to the others
   */
  record Stage(Lives lives, ViewFeed views, HealthBoard health, Greetings greetings) {}

  private LifeKeeper(
      Environment environment, Membership membership, Stage stage, Making making, NodeLease lease) {
    this.environment = environment;
    this.membership = membership;
    this.stage = stage;
    this.making = making;
    this.lease = lease;
  }

  /**
   * Joins for the first time.
   *
   * @throws OrbitException if that is not possible within {@code bound}
   */
  static LifeKeeper join(
      Environment environment, Membership membership, Stage stage, Making making, Duration bound) {
    NodeLease lease =
        membership.join(making.endpoint(), making.capabilities(), NodeStatus.JOINING, bound);
    LifeKeeper keeper = new LifeKeeper(environment, membership, stage, making, lease);
    keeper.begin(lease);
    return keeper;
  }

  NodeLease lease() {
    return lease;
  }

  /**
   * Waits until a view has this node as {@code ACTIVE}.
   *
   * @throws NotExecutedException if that does not come about in time
   */
  void awaitActive(Duration bound) {
    if (!Waits.until(environment, bound, this::isActive)) {
      throw new NotExecutedException(
          ErrorCode.NODE_UNAVAILABLE,
          "%s has joined, but within %s no view came that has it as ACTIVE; it needs a leader"
              .formatted(lease.member(), bound));
    }
  }

  private boolean isActive() {
    return stage
        .lives()
        .present()
        .flatMap(Life::applied)
        .flatMap(placement -> placement.view().member(lease.member().node()))
        .filter(member -> member.id().equals(lease.member()))
        .filter(member -> member.status() == NodeStatus.ACTIVE)
        .isPresent();
  }

  /** No life begins any more, and none is announced when this returns. */
  void stop() {
    stopped = true;
    awaitAnnouncement();
  }

  /** As {@link #stop}, without waiting for an announcement that is under way. */
  void stopAtOnce() {
    stopped = true;
  }

  private void begin(NodeLease joined) {
    Life life = making.life().apply(joined);
    lease = joined;
    stage.views().begin(life);
    LOG.info("event=joined member={} endpoint={}", joined.member(), making.endpoint());
    joined.onLost(() -> environment.virtualThreads().execute(() -> lost(life)));
    environment.virtualThreads().execute(() -> getReady(life));
  }

  private void getReady(Life life) {
    Waits.until(environment, REJOIN_BOUND, () -> life.applied().isPresent() || isOver(life));
    ClusterView view = life.applied().map(Placement::view).orElse(null);
    if (view != null && !isOver(life)) {
      int silent = stage.greetings().exchange(life.member(), view, GREETING_BOUND);
      LOG.info("event=greeted member={} view={} silent={}", life.member(), view.version(), silent);
    }
    activate(life);
  }

  private void activate(Life life) {
    try {
      if (!announce(life)) {
        return;
      }
    } catch (OrbitException e) {
      LOG.warn("event=not-announced member={} reason={} next=retry", life.member(), e.getMessage());
      environment.schedule(
          ANNOUNCEMENT_PAUSE, () -> environment.virtualThreads().execute(() -> activate(life)));
      return;
    }
    stage.health().set(HealthBoard.NODE, HealthBoard.Status.SERVING);
    stage.health().set(HealthBoard.ORBIT, HealthBoard.Status.SERVING);
    if (!life.lease().isHeld()) {
      showNotServing();
    }
  }

  private synchronized boolean announce(Life life) {
    boolean goesOn = !isOver(life);
    if (goesOn) {
      membership.announce(NodeStatus.ACTIVE, ANNOUNCEMENT_BOUND);
    }
    return goesOn;
  }

  /** Returns when none is under way; the next will see that there are to be no more. */
  private synchronized void awaitAnnouncement() {
    assert stopped;
  }

  private boolean isOver(Life life) {
    return stopped || !life.lease().isHeld();
  }

  private void showNotServing() {
    stage.health().set(HealthBoard.NODE, HealthBoard.Status.NOT_SERVING);
    stage.health().set(HealthBoard.ORBIT, HealthBoard.Status.NOT_SERVING);
  }

  private void lost(Life life) {
    if (stopped) {
      return;
    }
    LOG.warn(
        "event=lease-lost member={} next=rejoin activations-dropped={}",
        life.member(),
        life.activations().size());
    showNotServing();
    stage.lives().end(life);
    rejoin();
  }

  private void rejoin() {
    if (stopped) {
      return;
    }
    try {
      NodeLease joined =
          membership.join(
              making.endpoint(), making.capabilities(), NodeStatus.JOINING, REJOIN_BOUND);
      begin(joined);
    } catch (OrbitException e) {
      LOG.warn("event=rejoin-failed reason={} next=retry", e.getMessage());
      environment.schedule(REJOIN_PAUSE, () -> environment.virtualThreads().execute(this::rejoin));
    }
  }
}
