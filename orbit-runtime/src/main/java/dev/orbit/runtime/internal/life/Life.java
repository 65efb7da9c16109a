package dev.orbit.runtime.internal.life;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.runtime.internal.hosting.ActivationTable;
import dev.orbit.runtime.internal.hosting.HostingContext;
import dev.orbit.runtime.internal.placement.BarrierAsker;
import dev.orbit.runtime.internal.placement.Placement;
import dev.orbit.runtime.internal.placement.Tenures;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One incarnation of this node, hosting. */
public final class Life {
  private static final Logger LOG = LoggerFactory.getLogger(Life.class);

  private final NodeLease lease;
  private final ActivationTable activations;
  private final Tenures tenures;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile Optional<Placement> applied = Optional.empty();

  /** A life that has seen no view. */
  public Life(HostingContext context, Tenures.Hosted hosted, BarrierAsker asker) {
    this.lease = context.lease();
    this.activations = new ActivationTable(context);
    this.tenures =
        new Tenures(
            context.environment(), lease.member(), hosted, asker, activations::busyPartitions);
  }

  /** Which life this is. */
  public MemberId member() {
    return lease.member();
  }

  /** The lease on which it lives. */
  public NodeLease lease() {
    return lease;
  }

  /** What it hosts. */
  public ActivationTable activations() {
    return activations;
  }

  /** Which partitions it hosts, since when. */
  public Tenures tenures() {
    return tenures;
  }

  /** The placement that it has applied; empty before the first view that has it as a member. */
  public Optional<Placement> applied() {
    return applied;
  }

  /** Whether it has ended. */
  public boolean isOver() {
    return over.get();
  }

  /**
   * Applies the next view. When it returns, nothing begins any more that the view gives to others,
   * and what runs there is on its way to its end.
   */
  void apply(Placement placement) {
    ClusterView view = placement.view();
    if (!view.contains(member())) {
      // The view is from before the join, or from after the end, which the lease has told by then.
      return;
    }
    tenures.apply(placement);
    activations.endMoved();
    applied = Optional.of(placement);
    LOG.info(
        "event=view-applied member={} view={} members={} partitions={}",
        member(),
        view.version(),
        view.members().size(),
        tenures.held());
  }

  /** The partitions that it does not host and in which it has activations that have not ended. */
  public List<Integer> busyPartitions() {
    return activations.busyPartitions().stream().boxed().toList();
  }

  /** Deactivates everything, because the node stops and nobody gave it a view that says so. */
  public void endAll() {
    tenures.end();
    activations.endMoved();
  }

  /** Drops everything without a goodbye; callers are told what they may assume. Idempotent. */
  public void abandon() {
    if (over.compareAndSet(false, true)) {
      tenures.end();
      activations.abandon();
    }
  }
}
