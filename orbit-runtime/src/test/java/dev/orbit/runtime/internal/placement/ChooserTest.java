package dev.orbit.runtime.internal.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.cluster.PlacementRule;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.placement.NodeLoad;
import dev.orbit.api.placement.PlacementChoice;
import dev.orbit.api.placement.PlacementStrategy;
import dev.orbit.runtime.internal.directory.Arrival;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Node a owns the only partition; a, b and c host the type. */
class ChooserTest {
  private static final MemberId A = member("a");
  private static final MemberId B = member("b");
  private static final MemberId C = member("c");

  private final Map<MemberId, NodeLoad> loads = new HashMap<>();
  private final List<MemberId> placed = new ArrayList<>();

  private static MemberId member(String name) {
    return new MemberId(new NodeId(name, "shop"), 1);
  }

  private Chooser chooser(String strategy, PlacementStrategy... given) {
    NodeCapabilities capabilities =
        new NodeCapabilities(
            Set.of("T"),
            OptionalInt.of(1_000),
            Map.of(),
            Map.of("T", PlacementRule.DEFAULT.by(strategy)));
    ClusterView view =
        new ClusterView(
            1,
            "shop",
            Stream.of(A, B, C)
                .map(
                    id ->
                        new Member(
                            id, new Endpoint("127.0.0.1", 1), capabilities, NodeStatus.ACTIVE))
                .toList(),
            PartitionTable.of(List.of(Optional.of(A))));
    Placement placement = Placement.of(view);
    Loads known =
        new Loads() {
          @Override
          public Optional<NodeLoad> of(MemberId member) {
            return Optional.ofNullable(loads.get(member));
          }

          @Override
          public void placed(MemberId member) {
            placed.add(member);
          }
        };
    return new Chooser(
        new ManualEnvironment(), () -> placement, Strategies.with(List.of(given)), known);
  }

  private static MemberId choose(Chooser chooser, Optional<MemberId> caller) {
    return chooser.choose(new From(caller), 0).orElseThrow();
  }

  private static Map<MemberId, Integer> choices(Chooser chooser, int times) {
    Map<MemberId, Integer> counts = new HashMap<>();
    for (int i = 0; i < times; i++) {
      counts.merge(choose(chooser, Optional.empty()), 1, Integer::sum);
    }
    return counts;
  }

  private static PlacementStrategy named(String name, MemberId always) {
    return new PlacementStrategy() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public MemberId choose(PlacementChoice choice) {
        return always;
      }
    };
  }

  @Test
  void byHashTheOwnerHosts() {
    assertThat(choices(chooser("hash"), 20)).containsOnlyKeys(A);
    assertThat(placed).hasSize(20).containsOnly(A);
  }

  @Test
  void anOwnerThatIsFullHasOthersHost() {
    loads.put(A, new NodeLoad(0, 1_000, 0));

    assertThat(choices(chooser("hash"), 20)).hasSize(1).doesNotContainKey(A);
  }

  @Test
  void whereAllAreFullTheOwnerIsToSaySo() {
    Stream.of(A, B, C).forEach(id -> loads.put(id, new NodeLoad(0, 1_000, 0)));

    assertThat(choices(chooser("hash"), 5)).containsOnlyKeys(A);
    assertThat(choices(chooser("random"), 5)).containsOnlyKeys(A);
  }

  @Test
  void atRandomAllHostAboutEquallyMany() {
    assertThat(choices(chooser("random"), 900).values()).allMatch(n -> n > 230 && n < 370);
  }

  @Test
  void atRandomNobodyHostsWhoIsFull() {
    loads.put(B, new NodeLoad(0, 2_000, 0));

    assertThat(choices(chooser("random"), 100)).containsOnlyKeys(A, C);
  }

  @Test
  void nearTheCallerTheCallerHosts() {
    Chooser chooser = chooser("prefer-local");

    assertThat(choose(chooser, Optional.of(B))).isEqualTo(B);
    assertThat(choose(chooser, Optional.of(C))).isEqualTo(C);
  }

  @Test
  void whereTheCallerCannotTheOwnerHosts() {
    Chooser chooser = chooser("prefer-local");
    loads.put(B, new NodeLoad(0, 1_000, 0));

    assertThat(choose(chooser, Optional.of(B))).isEqualTo(A);
    assertThat(choose(chooser, Optional.of(member("client's gateway that has left")))).isEqualTo(A);
    assertThat(choose(chooser, Optional.empty())).isEqualTo(A);
  }

  @Test
  void ofTwoTheOneWithLessToDoHosts() {
    loads.put(A, new NodeLoad(0.2, 100, 10));
    loads.put(B, new NodeLoad(0.9, 100, 10));
    loads.put(C, new NodeLoad(0.2, 100, 500));

    Map<MemberId, Integer> byAll = choices(chooser("power-of-two"), 900);
    loads.put(C, new NodeLoad(0.2, 900, 10));
    Map<MemberId, Integer> byActivations = choices(chooser("power-of-two"), 900);

    // Two of three are drawn: who has least hosts whenever it is drawn.
    assertThat(byAll.get(A)).isBetween(500, 700);
    assertThat(byActivations.get(A)).isBetween(500, 700);
  }

  @Test
  void ofTwoThatAreAlikeEitherHosts() {
    assertThat(choices(chooser("power-of-two"), 900).values()).allMatch(n -> n > 230 && n < 370);
  }

  @Test
  void anOwnStrategyChooses() {
    assertThat(choices(chooser("mine", named("mine", C)), 5)).containsOnlyKeys(C);
  }

  @Test
  void oneThatChoosesNobodyOrFailsOrIsNotKnownLeavesItToTheOwner() {
    PlacementStrategy failing =
        new PlacementStrategy() {
          @Override
          public String name() {
            return "failing";
          }

          @Override
          public MemberId choose(PlacementChoice choice) {
            throw new IllegalStateException("no idea");
          }
        };

    assertThat(choices(chooser("stranger", named("stranger", member("x"))), 5)).containsOnlyKeys(A);
    assertThat(choices(chooser("failing", failing), 5)).containsOnlyKeys(A);
    assertThat(choices(chooser("of another node"), 5)).containsOnlyKeys(A);
  }

  @Test
  void aNodeRefusesWhatItDoesNotKnowAndNamesThatCannotBe() {
    Strategies strategies = Strategies.with(List.of());

    assertThatThrownBy(() -> strategies.check("T", "unheard-of"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("orbit.types.\"T\".placement is 'unheard-of'")
        .hasMessageContaining("[hash, power-of-two, prefer-local, random]");
    assertThatThrownBy(() -> Strategies.with(List.of(named("two words", A))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'two words'");
    assertThatThrownBy(() -> Strategies.with(List.of(named("hash", A))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("two placement strategies are named 'hash'");
  }

  private record From(Optional<MemberId> caller) implements Arrival {
    @Override
    public AddressableReference address() {
      return new AddressableReference("T", Key.of("x"));
    }

    @Override
    public boolean deliver() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void passOn(MemberId to, boolean placed) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void turnAway(Refusal refusal) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean activates() {
      return true;
    }

    @Override
    public boolean isOver() {
      return false;
    }

    @Override
    public long deadlineNanos() {
      return Long.MAX_VALUE;
    }
  }
}
