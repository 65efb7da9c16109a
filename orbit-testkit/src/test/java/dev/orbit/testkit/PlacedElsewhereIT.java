package dev.orbit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Placed;
import dev.orbit.api.placement.PlacementStrategy;
import org.junit.jupiter.api.Test;

/** What a cluster says of actors that do not live with the owners of their partitions. */
@OrbitTest(nodes = 3, actors = PlacedElsewhereIT.NearActor.class)
class PlacedElsewhereIT {
  /** Lives near its first caller. */
  @ActorType("test.Near")
  public interface Near extends ActorWithStringKey {
    String whereAmI();
  }

  @Placed(strategy = PlacementStrategy.PREFER_LOCAL)
  static final class NearActor implements Near {
    private final ActorContext context;

    NearActor(ActorContext context) {
      this.context = context;
    }

    @Override
    public String whereAmI() {
      return context.node().key();
    }
  }

  @Test
  void theNodeOfAnActorIsTheOneThatHostsIt(Cluster cluster) {
    for (int i = 0; i < 12; i++) {
      Near near = cluster.actors("node-2").get(Near.class, "near-" + i);
      assertThat(near.whereAmI()).isEqualTo("node-2");

      assertThat(cluster.nodeOf(near)).isEqualTo("node-2");
    }
  }
}
