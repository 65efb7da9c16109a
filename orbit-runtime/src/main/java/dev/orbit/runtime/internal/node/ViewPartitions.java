package dev.orbit.runtime.internal.node;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.reminder.OwnPartitions;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** The partitions that the newest applied view gives to one life of this node. Thread-safe. */
final class ViewPartitions implements OwnPartitions {
  private final Lives lives;
  private final NodeLease lease;
  private volatile Owned last = new Owned(-1, new BitSet());

  /** Those by the view of that version. */
  private record Owned(long view, BitSet partitions) {}

  ViewPartitions(Lives lives, NodeLease lease) {
    this.lives = lives;
    this.lease = lease;
  }

  private PartitionTable table() {
    return lives.placement().view().partitions();
  }

  @Override
  public int partitionOf(AddressableReference actor) {
    return table().partitionOf(actor);
  }

  /** A copy, that the caller may change. */
  @Override
  public BitSet now() {
    if (!lease.isHeld()) {
      return new BitSet();
    }
    ClusterView view = lives.placement().view();
    Owned known = last;
    if (known.view != view.version()) {
      known = new Owned(view.version(), ownedIn(view.partitions()));
      last = known;
    }
    return (BitSet) known.partitions.clone();
  }

  private BitSet ownedIn(PartitionTable table) {
    BitSet own = new BitSet();
    List<Optional<MemberId>> owners = table.owners();
    for (int partition = 0; partition < owners.size(); partition++) {
      if (owners.get(partition).filter(lease.member()::equals).isPresent()) {
        own.set(partition);
      }
    }
    return own;
  }
}
