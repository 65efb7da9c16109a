package dev.orbit.runtime.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ViewPartitionsTest {
  private static final MemberId OTHER = new MemberId(new NodeId("b", "shop"), 1);

  private final ManualLease lease = new ManualLease();
  private final MemberId self = lease.member();
  private final Lives lives = new Lives(new ManualEnvironment(), ClusterView.empty("shop", 3));
  private final ViewPartitions partitions = new ViewPartitions(lives, lease);

  private void view(long version, MemberId... owners) {
    List<Optional<MemberId>> table = Stream.of(owners).map(Optional::of).toList();
    lives.apply(new ClusterView(version, "shop", List.of(), PartitionTable.of(table)));
  }

  @Test
  void beforeAnyViewThereAreNone() {
    assertThat(partitions.now().stream()).isEmpty();
  }

  @Test
  void theyAreThoseOfTheNewestView() {
    view(1, self, OTHER, self);
    List<Integer> first = partitions.now().stream().boxed().toList();
    List<Integer> asBefore = partitions.now().stream().boxed().toList();
    view(2, OTHER, self, OTHER);

    assertThat(first).containsExactly(0, 2);
    assertThat(asBefore).containsExactly(0, 2);
    assertThat(partitions.now().stream()).containsExactly(1);
  }

  @Test
  void thoseOfAnotherLifeOfThisNodeAreNotIts() {
    view(1, new MemberId(self.node(), self.incarnation() + 1), self, OTHER);

    assertThat(partitions.now().stream()).containsExactly(1);
  }

  @Test
  void whatIsDoneToACopyChangesNoOther() {
    view(1, self, self, OTHER);
    BitSet mine = partitions.now();

    mine.clear();

    assertThat(partitions.now().stream()).containsExactly(0, 1);
  }

  @Test
  void whoseLeaseIsLostOwnsNothing() {
    view(1, self, self, self);
    boolean before = partitions.now().isEmpty();

    lease.expire();

    assertThat(before).isFalse();
    assertThat(partitions.now().stream()).isEmpty();
  }
}
