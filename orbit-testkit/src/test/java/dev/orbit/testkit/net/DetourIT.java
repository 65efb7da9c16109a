package dev.orbit.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Placed;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.placement.PlacementStrategy;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two nodes that cannot reach each other, and a third that reaches both: all calls between the two
 * are answered, and the directory goes on. The voter is the third, so that both stay members.
 */
@Timeout(180)
class DetourIT {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int KEYS = 40;

  private static Cluster cluster;

  /** Remembers what it was given. */
  @ActorType("test.Rememberer")
  public interface Rememberer extends ActorWithStringKey {
    String where();

    void add(int number);

    List<Integer> all();
  }

  /** Anywhere, so that its owner and its host are seldom the same. */
  @ActorType("test.FarRememberer")
  public interface Far extends Rememberer {}

  abstract static class Remembering implements Rememberer {
    private final ActorContext context;
    private final List<Integer> numbers = new ArrayList<>();

    Remembering(ActorContext context) {
      this.context = context;
    }

    @Override
    public String where() {
      return context.node().key();
    }

    @Override
    public void add(int number) {
      numbers.add(number);
    }

    @Override
    public List<Integer> all() {
      return List.copyOf(numbers);
    }
  }

  static final class RemembererActor extends Remembering implements Rememberer {
    RemembererActor(ActorContext context) {
      super(context);
    }
  }

  @Placed(strategy = PlacementStrategy.RANDOM)
  static final class FarActor extends Remembering implements Far {
    FarActor(ActorContext context) {
      super(context);
    }
  }

  @BeforeAll
  static void start() {
    cluster =
        Cluster.start(
            ClusterConfig.builder()
                .nodes(3)
                .voters(1)
                .actors(RemembererActor.class, FarActor.class)
                .leaseDuration(Duration.ofSeconds(3))
                .customizer((name, builder) -> builder.callTimeout(Duration.ofSeconds(4)))
                .build());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void heal() {
    cluster.healAll();
    cluster.awaitStable();
  }

  private static Rememberer at(String node, Class<? extends Rememberer> type, String key) {
    return cluster.actors(node).get(type, key);
  }

  private static List<String> keysOn(String host, String prefix) {
    return IntStream.range(0, 10 * KEYS)
        .mapToObj(i -> prefix + i)
        .filter(key -> at("node-1", Rememberer.class, key).where().equals(host))
        .limit(KEYS)
        .toList();
  }

  /** A call that went into the cut has an unknown outcome: it is asked again. */
  private static String whereAfterAll(String node, Class<? extends Rememberer> type, String key) {
    return await()
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(OrbitException.class)
        .until(() -> at(node, type, key).where(), host -> true);
  }

  @Test
  void callsAcrossTheCutAreAnsweredAndNobodyLeaves() {
    List<String> there = keysOn("node-3", "cut-");
    there.forEach(key -> at("node-2", Rememberer.class, key).where());
    long view = cluster.newestView().version();
    cluster.cut("node-2", "node-3");
    there.forEach(key -> whereAfterAll("node-2", Rememberer.class, key));

    // The way around is known by now: none of these may fail or be late.
    for (String key : there) {
      assertThat(at("node-2", Rememberer.class, key).where()).isEqualTo("node-3");
    }
    List<CompletableFuture<Void>> calls = new ArrayList<>();
    Rememberer actor = at("node-2", Rememberer.class, there.getFirst());
    for (int i = 0; i < 500; i++) {
      int number = i;
      calls.add(cluster.actors("node-2").asyncVoid(actor, a -> a.add(number)));
    }
    calls.forEach(CompletableFuture::join);

    assertThat(actor.all()).containsExactlyElementsOf(IntStream.range(0, 500).boxed().toList());
    assertThat(cluster.newestView().version()).isEqualTo(view);
  }

  @Test
  void actorsAreRegisteredAndFoundAcrossTheCut() {
    cluster.cut("node-2", "node-3");
    for (int i = 0; i < KEYS; i++) {
      String key = "new-" + i;
      String from = i % 2 == 0 ? "node-2" : "node-3";
      String other = i % 2 == 0 ? "node-3" : "node-2";

      String host = whereAfterAll(from, Far.class, key);

      assertThat(whereAfterAll(other, Far.class, key)).isEqualTo(host);
      assertThat(at("node-1", Far.class, key).where()).isEqualTo(host);
    }
    assertThat(cluster.checkIntegrity().isWell()).isTrue();
  }

  /** Who comes to own what the dead node owned must ask all members, also across the cut. */
  @Test
  void partitionsAreHandedOverAndRecoveredWhileTwoMembersAreCutOff() {
    cluster.cut("node-2", "node-3");
    cluster.start("node-4");
    List<String> keys = IntStream.range(0, KEYS).mapToObj(i -> "moving-" + i).toList();
    List<String> before =
        keys.stream().map(key -> whereAfterAll("node-2", Far.class, key)).toList();

    cluster.kill("node-4");
    cluster.awaitGone("node-4", BOUND);

    for (int i = 0; i < KEYS; i++) {
      String host = whereAfterAll("node-3", Far.class, keys.get(i));
      if (!before.get(i).equals("node-4")) {
        assertThat(host).isEqualTo(before.get(i));
      }
      assertThat(whereAfterAll("node-2", Far.class, keys.get(i))).isEqualTo(host);
    }
    assertThat(before).contains("node-2", "node-3");
    assertThat(cluster.checkIntegrity().isWell()).isTrue();
  }
}
