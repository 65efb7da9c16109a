package dev.orbit.runtime.internal.node;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.OrbitException;
import dev.orbit.raft.membership.Membership;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.transport.HealthBoard;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node in the cluster: joins, and joins again after the lease was lost, until it is told
 * to stop.
 *
 * <p>Thread-safe.
 */
final class LifeKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(LifeKeeper.class);
  private static final Duration REJOIN_PAUSE = Duration.ofSeconds(1);
  private static final Duration REJOIN_BOUND = Duration.ofSeconds(30);

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
   */
  record Stage(Lives lives, ViewFeed views, HealthBoard health) {}

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
    NodeLease lease = membership.join(making.endpoint(), making.capabilities(), bound);
    LifeKeeper keeper = new LifeKeeper(environment, membership, stage, making, lease);
    keeper.begin(lease);
    return keeper;
  }

  NodeLease lease() {
    return lease;
  }

  void stop() {
    stopped = true;
  }

  private void begin(NodeLease joined) {
    Life life = making.life().apply(joined);
    lease = joined;
    stage.views().begin(life);
    stage.health().set(HealthBoard.NODE, HealthBoard.Status.SERVING);
    stage.health().set(HealthBoard.ORBIT, HealthBoard.Status.SERVING);
    LOG.info("event=joined member={} endpoint={}", joined.member(), making.endpoint());
    joined.onLost(() -> environment.virtualThreads().execute(() -> lost(life)));
  }

  private void lost(Life life) {
    if (stopped) {
      return;
    }
    LOG.warn(
        "event=lease-lost member={} next=rejoin activations-dropped={}",
        life.member(),
        life.activations().size());
    stage.health().set(HealthBoard.NODE, HealthBoard.Status.NOT_SERVING);
    stage.health().set(HealthBoard.ORBIT, HealthBoard.Status.NOT_SERVING);
    stage.lives().end(life);
    rejoin();
  }

  private void rejoin() {
    if (stopped) {
      return;
    }
    try {
      NodeLease joined = membership.join(making.endpoint(), making.capabilities(), REJOIN_BOUND);
      begin(joined);
    } catch (OrbitException e) {
      LOG.warn("event=rejoin-failed reason={} next=retry", e.getMessage());
      environment.schedule(REJOIN_PAUSE, () -> environment.virtualThreads().execute(this::rejoin));
    }
  }
}
