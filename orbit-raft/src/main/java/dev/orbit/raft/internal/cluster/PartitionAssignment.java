package dev.orbit.raft.internal.cluster;

import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who owns which partition after the members changed: a pure function of the table before and the
 * members.
 *
 * <p>With n members that are {@code ACTIVE}, each owns P/n partitions or one more, and no
 * assignment with that property moves fewer: those who own most now are the ones that keep one
 * more, each gives away only what is above its share, and only that and what has lost its owner
 * moves. Draining members own nothing as long as somebody else can.
 */
final class PartitionAssignment {
  private PartitionAssignment() {}

  /**
   * The partitions whose owner changes, in their order.
   *
   * @param before the table of the last view
   * @param members the members of the next one
   */
  static List<ViewDelta.Move> moves(PartitionTable before, List<Member> members) {
    List<MemberId> takers = withStatus(members, NodeStatus.ACTIVE);
    if (takers.isEmpty()) {
      return orphansOnly(before, withStatus(members, NodeStatus.DRAINING));
    }
    Map<MemberId, Integer> owned = new HashMap<>();
    for (MemberId taker : takers) {
      owned.put(taker, 0);
    }
    for (int p = 0; p < before.size(); p++) {
      before.owner(p).ifPresent(owner -> owned.computeIfPresent(owner, (id, count) -> count + 1));
    }
    Map<MemberId, Integer> shares = shares(before.size(), takers, owned);
    BitSet moving = moving(before, shares);
    return deal(moving, takers, owned, shares);
  }

  private static List<MemberId> withStatus(List<Member> members, NodeStatus status) {
    return members.stream()
        .filter(member -> member.status() == status)
        .map(Member::id)
        .sorted(Comparator.comparing(MemberId::node))
        .toList();
  }

  /**
   * Nobody takes partitions: those who drain keep theirs, what belonged to others belongs to
   * nobody.
   */
  private static List<ViewDelta.Move> orphansOnly(PartitionTable before, List<MemberId> keepers) {
    List<ViewDelta.Move> moves = new ArrayList<>();
    for (int p = 0; p < before.size(); p++) {
      Optional<MemberId> owner = before.owner(p);
      if (owner.isPresent() && !keepers.contains(owner.get())) {
        moves.add(new ViewDelta.Move(p, Optional.empty()));
      }
    }
    return moves;
  }

  /**
   * How many partitions each is to own: those with most now get the ones that cannot be divided.
   */
  private static Map<MemberId, Integer> shares(
      int partitions, List<MemberId> takers, Map<MemberId, Integer> owned) {
    List<MemberId> byLoad = new ArrayList<>(takers);
    byLoad.sort(
        Comparator.comparing((MemberId id) -> owned.getOrDefault(id, 0))
            .reversed()
            .thenComparing(MemberId::node));
    int share = partitions / takers.size();
    int larger = partitions % takers.size();
    Map<MemberId, Integer> shares = new HashMap<>();
    for (int i = 0; i < byLoad.size(); i++) {
      shares.put(byLoad.get(i), i < larger ? share + 1 : share);
    }
    return shares;
  }

  /** What has no owner that may keep it. Of an owner above its share the last partitions go. */
  private static BitSet moving(PartitionTable before, Map<MemberId, Integer> shares) {
    Map<MemberId, Integer> left = new HashMap<>(shares);
    BitSet moving = new BitSet(before.size());
    for (int p = 0; p < before.size(); p++) {
      Optional<MemberId> owner = before.owner(p);
      int room = owner.map(id -> left.getOrDefault(id, 0)).orElse(0);
      if (owner.isEmpty() || room == 0) {
        moving.set(p);
      } else {
        left.put(owner.get(), room - 1);
      }
    }
    return moving;
  }

  /** Deals like cards, so that neighbouring partitions go to different members. */
  private static List<ViewDelta.Move> deal(
      BitSet moving,
      List<MemberId> takers,
      Map<MemberId, Integer> owned,
      Map<MemberId, Integer> shares) {
    Map<MemberId, Integer> room = new HashMap<>();
    ArrayDeque<MemberId> hands = new ArrayDeque<>();
    for (MemberId taker : takers) {
      int free = shares.getOrDefault(taker, 0) - owned.getOrDefault(taker, 0);
      if (free > 0) {
        room.put(taker, free);
        hands.add(taker);
      }
    }
    List<ViewDelta.Move> moves = new ArrayList<>();
    for (int p = moving.nextSetBit(0); p >= 0; p = moving.nextSetBit(p + 1)) {
      MemberId taker = hands.remove();
      moves.add(new ViewDelta.Move(p, Optional.of(taker)));
      int free = room.merge(taker, -1, Integer::sum);
      if (free > 0) {
        hands.add(taker);
      }
    }
    return moves;
  }
}
