package dev.orbit.runtime.internal.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.cluster.PlacementRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final int PARTITIONS = 300;

  @Test
  void theOwnerHostsWhatItKnows() {
    Placement placement = placement(member("a", "T"), member("b", "T"), member("c", "T"));

    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat(placement.host("T", partition))
          .isEqualTo(placement.view().partitions().owner(partition));
    }
  }

  @Test
  void othersTakeAboutEquallyMuchOfWhatTheOwnerDoesNotKnow() {
    Placement placement = placement(member("a", "U"), member("b", "T"), member("c", "T"));

    Map<String, Long> shares =
        IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> placement.host("T", partition).orElseThrow())
            .collect(
                java.util.stream.Collectors.groupingBy(
                    id -> id.node().key(), java.util.stream.Collectors.counting()));

    assertThat(shares.keySet()).containsExactlyInAnyOrder("b", "c");
    assertThat(shares.get("b")).isBetween(120L, 180L);
  }

  @Test
  void aMemberThatComesTakesOnlyWhatItWins() {
    Placement before = placement(member("a", "U"), member("b", "T"), member("c", "T"));
    Placement after =
        placement(member("a", "U"), member("b", "T"), member("c", "T"), member("d", "T"));

    for (int partition = 0; partition < PARTITIONS; partition++) {
      boolean ownersAreSame =
          before
              .view()
              .partitions()
              .owner(partition)
              .equals(after.view().partitions().owner(partition));
      Optional<MemberId> host = after.host("T", partition);
      if (ownersAreSame && !host.orElseThrow().node().key().equals("d")) {
        assertThat(host).isEqualTo(before.host("T", partition));
      }
    }
  }

  @Test
  void nobodyHostsATypeThatNobodyKnows() {
    Placement placement = placement(member("a", "T"));

    assertThat(placement.knows("Other")).isFalse();
    assertThat(placement.host("Other", 0)).isEmpty();
  }

  @Test
  void whoIsDrainingTakesNothingByDraw() {
    Member draining =
        new Member(
            member("b", "T").id(),
            new Endpoint("127.0.0.1", 1),
            new NodeCapabilities(Set.of("T"), OptionalInt.empty(), Map.of()),
            NodeStatus.DRAINING);
    Placement placement =
        Placement.of(
            new ClusterView(
                1,
                "shop",
                List.of(member("a", "U"), draining),
                PartitionTable.of(List.of(Optional.of(member("a", "U").id())))));

    assertThat(placement.knows("T")).isTrue();
    assertThat(placement.host("T", 0)).isEmpty();
  }

  private static Placement placement(Member... members) {
    List<Optional<MemberId>> owners =
        IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> Optional.of(members[partition % members.length].id()))
            .toList();
    return Placement.of(new ClusterView(1, "shop", List.of(members), PartitionTable.of(owners)));
  }

  private static Member member(String name, String type) {
    return new Member(
        new MemberId(new NodeId(name, "shop"), name.charAt(0)),
        new Endpoint("127.0.0.1", 1),
        new NodeCapabilities(Set.of(type), OptionalInt.empty(), Map.of()),
        NodeStatus.ACTIVE);
  }

  @Test
  void whoLacksARequiredTagHostsNothing() {
    PlacementRule rule = PlacementRule.DEFAULT.requiring(Map.of("disk", "ssd"));
    Placement placement =
        placement(
            tagged("a", rule, Map.of("disk", "hdd")),
            tagged("b", rule, Map.of("disk", "ssd", "zone", "x")),
            tagged("c", rule, Map.of()));

    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat(placement.host("T", partition)).contains(tagged("b", rule, Map.of()).id());
    }
    assertThat(placement.takers("T"))
        .extracting(taker -> taker.id().node().key())
        .containsExactly("b");
  }

  @Test
  void nobodyHostsWhatRequiresATagThatNobodyHas() {
    PlacementRule rule = PlacementRule.DEFAULT.requiring(Map.of("disk", "ssd"));
    Placement placement = placement(tagged("a", rule, Map.of()));

    assertThat(placement.knows("T")).isTrue();
    assertThat(placement.host("T", 0)).isEmpty();
    assertThat(placement.takers("T")).isEmpty();
  }

  @Test
  void whatIsPreferredCountsWhileSomebodyHasIt() {
    PlacementRule rule = PlacementRule.DEFAULT.preferring(Map.of("zone", "x"));
    Member preferred = tagged("a", rule, Map.of("zone", "x"));
    Member other = tagged("b", rule, Map.of());

    Placement both = placement(preferred, other);
    Placement without = placement(other);

    assertThat(both.host("T", 1)).contains(preferred.id());
    assertThat(without.host("T", 1)).contains(other.id());
  }

  @Test
  void theMemberThatJoinedLastSaysHowATypeIsPlaced() {
    Member old = tagged("a", PlacementRule.DEFAULT, Map.of());
    PlacementRule newer = PlacementRule.DEFAULT.requiring(Map.of("disk", "ssd"));
    Member upgraded = tagged("b", newer, Map.of());

    assertThat(placement(old, upgraded).rule("T")).isEqualTo(newer);
    assertThat(placement(old).rule("T")).isEqualTo(PlacementRule.DEFAULT);
    assertThat(placement(old).rule("Other")).isEqualTo(PlacementRule.DEFAULT);
  }

  private static Member tagged(String name, PlacementRule rule, Map<String, String> tags) {
    return new Member(
        new MemberId(new NodeId(name, "shop"), name.charAt(0)),
        new Endpoint("127.0.0.1", 1),
        new NodeCapabilities(Set.of("T"), OptionalInt.empty(), tags, Map.of("T", rule)),
        NodeStatus.ACTIVE);
  }
}
