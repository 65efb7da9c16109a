package dev.orbit.raft.internal.membership;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.raft.internal.cluster.ClusterSettings;
import dev.orbit.raft.internal.cluster.ClusterStateMachine;
import dev.orbit.raft.internal.cluster.ViewDelta;
import dev.orbit.raft.internal.cluster.ViewLog;
import java.util.Optional;
import java.util.SortedMap;

/** Tells a voter's view log and expiry scan what its state machine does. */
public final class VoterObserver implements ClusterStateMachine.Observer {
  private final ViewLog views;
  private final ExpiryScan expiry;

  /** An observer that tells both. */
  public VoterObserver(ViewLog views, ExpiryScan expiry) {
    this.views = views;
    this.expiry = expiry;
  }

  @Override
  public void heardOf(MemberId member, long index) {
    expiry.heardOf(member, index);
  }

  @Override
  public void changed(ViewDelta change) {
    expiry.changed(change);
    views.append(change);
  }

  @Override
  public void replaced(ClusterView view, SortedMap<NodeId, Long> lastRenewals) {
    expiry.replaced(view, lastRenewals);
    views.jump(view);
  }

  @Override
  public void applied(long index, Optional<ClusterSettings> settings) {
    expiry.applied(index, settings);
  }
}
