package dev.orbit.testkit.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.OrbitTest;
import dev.orbit.testkit.StoreKind;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A journal goes where its actor goes. */
@OrbitTest(nodes = 2, voters = 1, actors = TillActor.class, store = StoreKind.SQLITE)
class JournalIT {
  @Test
  void whatWasAppendedIsThereAfterTheLossOfTheNode(Cluster cluster) {
    Till till =
        IntStream.range(0, 1_000)
            .mapToObj(i -> cluster.actors("node-1").get(Till.class, "till-" + i))
            .filter(t -> cluster.nodeOf(t).equals("node-2"))
            .findFirst()
            .orElseThrow();
    for (int i = 0; i < 45; i++) {
      till.sell("tea", 2);
    }
    assertThat(till.empty()).isEqualTo(90);
    till.sell("cake", 5);

    cluster.kill("node-2");
    cluster.awaitGone("node-2", Duration.ofSeconds(30));

    assertThat(till.sell("tea", 2)).isEqualTo(7);
    assertThat(till.sales()).isEqualTo(47);
    assertThatThrownBy(() -> till.sell("tea", 0)).hasMessageContaining("0 cents");
    assertThat(till.sales()).isEqualTo(47);
  }
}
