package dev.orbit.raft.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionAssignmentTest {
  private static final int PARTITIONS = 1024;

  private PartitionTable table = PartitionTable.unowned(PARTITIONS);
  private List<Member> members = new ArrayList<>();
  private int incarnations;

  @Test
  void theFirstMemberGetsEverything() {
    members.add(member(1));

    assertThat(assign()).isEqualTo(PARTITIONS);
    assertThat(counts()).containsOnly(Map.entry(members.getFirst().id(), PARTITIONS));
  }

  @Test
  void aThousandNodesJoiningOneByOneMoveNoMoreThanTheirShare() {
    int moved = 0;
    for (int n = 1; n <= 1000; n++) {
      members.add(member(n));

      int moves = assign();

      assertThat(moves).as("the joining of node %d", n).isEqualTo(PARTITIONS / n);
      assertBalanced();
      moved += moves;
    }
    assertThat(moved).isLessThan(8 * PARTITIONS);
  }

  @Test
  void aMemberThatGoesMovesOnlyWhatItOwned() {
    for (int n = 1; n <= 10; n++) {
      members.add(member(n));
      assign();
    }
    Member gone = members.remove(3);
    int owned = counts().get(gone.id());

    int moves = assign();

    assertThat(moves).isEqualTo(owned);
    assertBalanced();
  }

  @Test
  void aDrainingMemberGivesEverythingAway() {
    for (int n = 1; n <= 3; n++) {
      members.add(member(n));
      assign();
    }
    Member draining = with(members.remove(1), NodeStatus.DRAINING);
    members.add(draining);

    assign();

    assertThat(counts()).doesNotContainKey(draining.id());
    assertBalanced();
  }

  @Test
  void theLastMemberKeepsItsPartitionsWhileItDrains() {
    members.add(member(1));
    members.add(member(2));
    assign();
    members.set(0, with(members.get(0), NodeStatus.DRAINING));
    assign();
    members.set(1, with(members.get(1), NodeStatus.DRAINING));

    int moves = assign();

    assertThat(moves).isZero();
    assertThat(counts()).containsOnly(Map.entry(members.get(1).id(), PARTITIONS));
  }

  @Test
  void whereNobodyCanOwnThemNobodyDoes() {
    members.add(member(1));
    assign();
    members.set(0, with(members.get(0), NodeStatus.STOPPED));

    assign();

    assertThat(table).isEqualTo(PartitionTable.unowned(PARTITIONS));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverHappensItIsBalancedAndMovesTheLeastThatCanBe(long seed) {
    Random random = new Random(seed);
    for (int step = 0; step < 300; step++) {
      change(random);
      int least = leastMoves();

      int moves = assign();

      assertThat(moves).as("seed %d, step %d", seed, step).isEqualTo(least);
      assertBalanced();
    }
  }

  @Test
  void theOrderInWhichMembersAreListedDoesNotMatter() {
    for (int n = 1; n <= 20; n++) {
      members.add(member(n));
    }
    List<ViewDelta.Move> moves = PartitionAssignment.moves(table, members);

    Collections.shuffle(members, new Random(7));

    assertThat(PartitionAssignment.moves(table, members)).isEqualTo(moves);
  }

  private void change(Random random) {
    int what = random.nextInt(10);
    if (members.isEmpty() || (what < 4 && members.size() < 60)) {
      members.add(member(random.nextInt(1_000_000)));
    } else {
      int which = random.nextInt(members.size());
      if (what < 8) {
        members.remove(which);
      } else {
        NodeStatus status =
            List.of(NodeStatus.values()).get(random.nextInt(NodeStatus.values().length));
        members.set(which, with(members.get(which), status));
      }
    }
  }

  /**
   * What any balanced assignment must move: what has no owner that may keep it, and what is above
   * the shares.
   */
  private int leastMoves() {
    List<MemberId> takers =
        members.stream().filter(m -> m.status() == NodeStatus.ACTIVE).map(Member::id).toList();
    if (takers.isEmpty()) {
      List<MemberId> keepers =
          members.stream().filter(m -> m.status() == NodeStatus.DRAINING).map(Member::id).toList();
      return (int)
          table.owners().stream().filter(o -> o.isPresent() && !keepers.contains(o.get())).count();
    }
    List<Integer> owned = new ArrayList<>();
    takers.forEach(
        id -> owned.add((int) table.owners().stream().filter(Optional.of(id)::equals).count()));
    owned.sort(Collections.reverseOrder());
    int kept = 0;
    for (int i = 0; i < owned.size(); i++) {
      int share = PARTITIONS / owned.size() + (i < PARTITIONS % owned.size() ? 1 : 0);
      kept += Math.min(share, owned.get(i));
    }
    return PARTITIONS - kept;
  }

  private int assign() {
    List<ViewDelta.Move> moves = PartitionAssignment.moves(table, members);
    for (ViewDelta.Move move : moves) {
      assertThat(table.owner(move.partition())).isNotEqualTo(move.owner());
    }
    ClusterView before = new ClusterView(0, "shop", List.of(), table);
    table =
        new ViewDelta(1, PARTITIONS, Optional.empty(), Optional.empty(), moves)
            .applyTo(before)
            .partitions();
    return moves.size();
  }

  private void assertBalanced() {
    Map<MemberId, Integer> counts = counts();
    List<MemberId> active =
        members.stream().filter(m -> m.status() == NodeStatus.ACTIVE).map(Member::id).toList();
    if (active.isEmpty()) {
      return;
    }
    assertThat(active).containsAll(counts.keySet());
    int most = active.stream().mapToInt(id -> counts.getOrDefault(id, 0)).max().orElseThrow();
    int least = active.stream().mapToInt(id -> counts.getOrDefault(id, 0)).min().orElseThrow();
    assertThat(most - least).isLessThanOrEqualTo(1);
    assertThat(counts.values().stream().mapToInt(i -> i).sum()).isEqualTo(PARTITIONS);
  }

  private Map<MemberId, Integer> counts() {
    Map<MemberId, Integer> counts = new HashMap<>();
    table.owners().forEach(owner -> owner.ifPresent(id -> counts.merge(id, 1, Integer::sum)));
    return counts;
  }

  private Member member(int number) {
    MemberId id =
        new MemberId(
            new NodeId("node-%04d-%d".formatted(number, ++incarnations), "shop"), incarnations);
    return new Member(
        id, new Endpoint("127.0.0.1", 7400), NodeCapabilities.NONE, NodeStatus.ACTIVE);
  }

  private static Member with(Member member, NodeStatus status) {
    return new Member(member.id(), member.endpoint(), member.capabilities(), status);
  }
}
