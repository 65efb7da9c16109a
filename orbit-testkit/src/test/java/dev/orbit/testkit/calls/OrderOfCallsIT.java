package dev.orbit.testkit.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.Actors;
import dev.orbit.client.OrbitClient;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Calls of one caller to one actor begin in the order in which they were made, also those that are
 * on their way while the caller's node learns where the actor is, or while it comes to be here.
 */
class OrderOfCallsIT {
  private static final int ACTORS = 60;
  private static final int CALLS = 60;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static Cluster cluster;
  private static OrbitClient client;

  enum Way {
    NODE_TO_HASHED(Scribe.Hashed.class, true),
    NODE_TO_ANYWHERE(Scribe.Anywhere.class, true),
    NODE_TO_NEAR(Scribe.Near.class, true),
    CLIENT_TO_HASHED(Scribe.Hashed.class, false),
    CLIENT_TO_ANYWHERE(Scribe.Anywhere.class, false),
    CLIENT_TO_NEAR(Scribe.Near.class, false);

    private final Class<? extends Scribe> contract;
    private final boolean fromNode;

    Way(Class<? extends Scribe> contract, boolean fromNode) {
      this.contract = contract;
      this.fromNode = fromNode;
    }

    Scribe scribe(String key) {
      Actors actors = fromNode ? cluster.actors("node-1") : client;
      return actors.get(contract, name() + "-" + key);
    }
  }

  @BeforeAll
  static void start() {
    cluster =
        ClusterConfig.builder()
            .nodes(3)
            .voters(1)
            .leaseDuration(Duration.ofSeconds(6))
            .actors(Scribe.HashedActor.class, Scribe.AnywhereActor.class, Scribe.NearActor.class)
            .start();
    client = OrbitClient.connect(cluster.node("node-2").endpoint().toString());
  }

  @AfterAll
  static void stop() {
    client.close();
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource
  void oneWayCallsAndCallsThatAreNotWaitedFor(Way way) {
    List<Scribe> scribes = new ArrayList<>();
    for (int actor = 0; actor < ACTORS; actor++) {
      Scribe scribe = way.scribe("" + actor);
      scribes.add(scribe);
      for (int call = 0; call < CALLS; call++) {
        if (call % 3 == 2) {
          var _ = scribe.writeLater(call);
        } else {
          scribe.write(call);
        }
      }
    }

    List<Integer> expected = IntStream.range(0, CALLS).boxed().toList();
    assertThat(scribes)
        .allSatisfy(
            scribe -> {
              await().atMost(SOON).until(() -> scribe.written().size() >= CALLS);
              assertThat(scribe.written()).isEqualTo(expected);
            });
  }
}
