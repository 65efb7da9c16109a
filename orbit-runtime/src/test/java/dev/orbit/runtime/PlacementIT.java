package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Placed;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.placement.PlacementChoice;
import dev.orbit.api.placement.PlacementStrategy;
import dev.orbit.runtime.inspect.ActorLocation;
import dev.orbit.runtime.inspect.ActorLocation.Why;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each strategy over three nodes; the third has room for few. */
class PlacementIT {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int ROOM = 400;

  private static final List<OrbitNode> NODES = new ArrayList<>();
  private static final AtomicInteger NAMES = new AtomicInteger();

  /** Says where it is. */
  public interface Somewhere extends ActorWithStringKey {
    String where();
  }

  /** By hash. */
  @ActorType("test.Hashed")
  public interface Hashed extends Somewhere {}

  /** At random. */
  @ActorType("test.Anywhere")
  public interface Anywhere extends Somewhere {}

  /** Near its first caller. */
  @ActorType("test.Near")
  public interface Near extends Somewhere {}

  /** Where there is less to do. */
  @ActorType("test.Light")
  public interface Light extends Somewhere {}

  /** By a strategy of the application. */
  @ActorType("test.ByName")
  public interface ByName extends Somewhere {}

  /** On nodes of one zone only. */
  @ActorType("test.Western")
  public interface Western extends Somewhere {}

  /** Rather on nodes of one zone. */
  @ActorType("test.Westerly")
  public interface Westerly extends Somewhere {}

  /** Where no node is. */
  @ActorType("test.Southern")
  public interface Southern extends Somewhere {}

  /** Hosted by nobody. */
  @ActorType("test.Nobodys")
  public interface Nobodys extends Somewhere {}

  /** What all of them do. */
  abstract static class Telling implements Somewhere {
    private final ActorContext context;

    Telling(ActorContext context) {
      this.context = context;
    }

    @Override
    public String where() {
      return context.node().key();
    }
  }

  static final class HashedActor extends Telling implements Hashed {
    HashedActor(ActorContext context) {
      super(context);
    }
  }

  @Placed(strategy = PlacementStrategy.RANDOM)
  static final class AnywhereActor extends Telling implements Anywhere {
    AnywhereActor(ActorContext context) {
      super(context);
    }
  }

  // region: strategy
  @Placed(strategy = PlacementStrategy.PREFER_LOCAL)
  static final class NearActor extends Telling implements Near {
    NearActor(ActorContext context) {
      super(context);
    }
  }

  // endregion

  static final class LightActor extends Telling implements Light {
    LightActor(ActorContext context) {
      super(context);
    }
  }

  @Placed(requires = "zone=west")
  static final class WesternActor extends Telling implements Western {
    WesternActor(ActorContext context) {
      super(context);
    }
  }

  @Placed(prefers = "zone=west")
  static final class WesterlyActor extends Telling implements Westerly {
    WesterlyActor(ActorContext context) {
      super(context);
    }
  }

  @Placed(requires = "zone=south")
  static final class SouthernActor extends Telling implements Southern {
    SouthernActor(ActorContext context) {
      super(context);
    }
  }

  @Placed(strategy = "by-name")
  static final class ByNameActor extends Telling implements ByName {
    ByNameActor(ActorContext context) {
      super(context);
    }
  }

  // region: custom
  /** The key names the node, if there is such a one. */
  static final class ByNameStrategy implements PlacementStrategy {
    @Override
    public String name() {
      return "by-name";
    }

    @Override
    public MemberId choose(PlacementChoice choice) {
      Key key = choice.actor().key();
      return choice.candidates().stream()
          .map(candidate -> candidate.member().id())
          .filter(id -> key.equals(Key.of(id.node().key())))
          .findFirst()
          .orElse(choice.byHash());
    }
  }

  // endregion

  @BeforeAll
  static void start() {
    NODES.add(builder("a").raftListen(new Endpoint("127.0.0.1", 0)).start());
    Endpoint voter = NODES.getFirst().raftEndpoint().orElseThrow();
    NODES.add(builder("b").tag("zone", "west").voters(Map.of("a", voter)).start());
    NODES.add(
        builder("c")
            .maxActivations(ROOM)
            .targetActivations(ROOM)
            .voters(Map.of("a", voter))
            .start());
    await()
        .atMost(BOUND)
        .until(
            () ->
                NODES.stream()
                    .allMatch(node -> node.view().members().size() == 3 && node.isReady()));
  }

  private static OrbitNode.Builder builder(String name) {
    return OrbitNode.builder()
        .name(name)
        .partitions(64)
        .placementStrategy(new ByNameStrategy())
        .types(Map.of("test.Light", Map.of("placement", "power-of-two")))
        .actors(
            HashedActor.class,
            AnywhereActor.class,
            NearActor.class,
            LightActor.class,
            WesternActor.class,
            WesterlyActor.class,
            SouthernActor.class,
            ByNameActor.class);
  }

  @AfterAll
  static void stop() {
    NODES.reversed().forEach(OrbitNode::kill);
    NODES.clear();
  }

  private static String fresh() {
    return "k" + NAMES.incrementAndGet();
  }

  private static <T extends Somewhere> T get(int node, Class<T> type, String key) {
    return NODES.get(node).actors().get(type, key);
  }

  private static List<String> hosts(int node, Class<? extends Somewhere> type, int count) {
    return IntStream.range(0, count).mapToObj(i -> get(node, type, fresh()).where()).toList();
  }

  @Test
  void atRandomActorsAreOnAllNodesAndTheSameFromEachOfThem() {
    String key = fresh();
    String host = get(0, Anywhere.class, key).where();

    assertThat(hosts(0, Anywhere.class, 60)).contains("a", "b", "c");
    assertThat(get(1, Anywhere.class, key).where()).isEqualTo(host);
    assertThat(get(2, Anywhere.class, key).where()).isEqualTo(host);
  }

  @Test
  void nearTheirCallersActorsAreWhereTheyWereCalledFirst() {
    for (int node = 0; node < 3; node++) {
      String name = NODES.get(node).id().key();
      String key = fresh();

      assertThat(hosts(node, Near.class, 10)).containsOnly(name);
      get(node, Near.class, key).where();
      assertThat(get((node + 1) % 3, Near.class, key).where()).isEqualTo(name);
    }
  }

  @Test
  void whereThereIsMoreToDoFewActorsAreAdded() {
    hosts(1, Near.class, 300);

    await()
        .atMost(BOUND)
        .untilAsserted(() -> assertThat(hosts(0, Light.class, 20)).doesNotContain("b"));
  }

  @Test
  void anApplicationsOwnStrategyChooses() {
    for (String name : List.of("a", "b", "c")) {
      assertThat(get(0, ByName.class, name).where()).isEqualTo(name);
    }
  }

  @Test
  void aNodeThatIsFullGetsNoMore() {
    await()
        .atMost(BOUND)
        .untilAsserted(
            () -> {
              hosts(2, Near.class, 50);
              assertThat(activations(2)).isEqualTo(ROOM);
            });

    assertThat(hosts(2, Near.class, 20)).doesNotContain("c");
    assertThat(hosts(2, Hashed.class, 60)).contains("a", "b").doesNotContain("c");
    assertThat(activations(2)).isEqualTo(ROOM);
  }

  private static int activations(int node) {
    return NODES.get(node).report().activations().values().stream()
        .mapToInt(Integer::intValue)
        .sum();
  }

  @Test
  void tagsThatANodeMustOrShouldHaveDecideWhereActorsGo() {
    assertThat(hosts(0, Western.class, 20)).containsOnly("b");
    assertThat(hosts(2, Westerly.class, 20)).containsOnly("b");
    assertThatThrownBy(() -> get(0, Southern.class, "x").where())
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("test.Southern");
  }

  @Test
  void aTypeThatNobodyHostsIsRefusedAtOnce() {
    assertThatThrownBy(() -> get(0, Nobodys.class, "x").where())
        .isInstanceOf(NotExecutedException.class)
        .extracting(e -> ((NotExecutedException) e).code())
        .isEqualTo(ErrorCode.UNKNOWN_ACTOR_TYPE);
  }

  @Test
  void aNodeSaysWhereAnActorIsAndWhy() {
    String key = fresh();
    OrbitNode node = NODES.getFirst();
    AddressableReference actor = new AddressableReference("test.ByName", Key.of("b"));
    ActorLocation before =
        node.explain(new AddressableReference("test.Hashed", Key.of(key)), BOUND);
    String owner = get(0, Hashed.class, key).where();
    get(0, ByName.class, "b").where();

    // region: explain
    ActorLocation hashed = node.explain(get(0, Hashed.class, key), BOUND);
    // endregion
    ActorLocation named = node.explain(actor, BOUND);

    assertThat(before.why()).isEqualTo(Why.NOWHERE);
    assertThat(before.host()).isEmpty();
    assertThat(hashed.host().map(MemberId::node).map(id -> id.key())).contains(owner);
    assertThat(named.host()).contains(NODES.get(1).lease().member());
    assertThat(named.owner()).isEqualTo(node.view().partitions().owner(actor));
    assertThat(named.why()).isEqualTo(Why.STRATEGY);
    assertThat(named.strategy()).isEqualTo("by-name");
    assertThat(named.nextCall()).isEqualTo(named.host());
    assertThat(named.sinceView()).hasValueSatisfying(view -> assertThat(view).isPositive());
    assertThat(named.toString()).contains("test.ByName/b", "chosen by by-name");
    assertThat(Optional.of(hashed.viewVersion())).contains(node.view().version());
  }
}
