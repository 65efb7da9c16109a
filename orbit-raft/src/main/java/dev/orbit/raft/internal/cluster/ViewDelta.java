package dev.orbit.raft.internal.cluster;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.PartitionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What makes one view of the one before it.
 *
 * @param version the version of the view that it makes
 * @param partitions the number of partitions of that view: before anybody has joined it is not
 *     decided yet
 * @param present the member that came or changed
 * @param absent the life that is no member any more
 * @param moves the partitions whose owner changed, in their order
 */
public record ViewDelta(
    long version,
    int partitions,
    Optional<Member> present,
    Optional<MemberId> absent,
    List<Move> moves) {
  public ViewDelta {
    moves = List.copyOf(moves);
  }

  /**
   * A partition that has another owner.
   *
   * @param owner empty when nobody can own it
   */
  public record Move(int partition, Optional<MemberId> owner) {}

  /**
   * The view after this change.
   *
   * @throws IllegalArgumentException if {@code before} is not the view to which the change was made
   */
  public ClusterView applyTo(ClusterView before) {
    if (before.version() + 1 != version) {
      throw new IllegalArgumentException(
          "the change to view %d does not follow on view %d".formatted(version, before.version()));
    }
    List<Member> members = new ArrayList<>(before.members());
    absent.ifPresent(gone -> members.removeIf(member -> member.id().equals(gone)));
    present.ifPresent(
        changed -> {
          members.removeIf(member -> member.id().node().equals(changed.id().node()));
          members.add(changed);
        });
    return new ClusterView(version, before.cluster(), members, table(before.partitions()));
  }

  private PartitionTable table(PartitionTable before) {
    PartitionTable base = before.size() == partitions ? before : PartitionTable.unowned(partitions);
    if (moves.isEmpty()) {
      return base;
    }
    List<Optional<MemberId>> owners = new ArrayList<>(base.owners());
    for (Move move : moves) {
      owners.set(move.partition(), move.owner());
    }
    return PartitionTable.of(owners);
  }
}
