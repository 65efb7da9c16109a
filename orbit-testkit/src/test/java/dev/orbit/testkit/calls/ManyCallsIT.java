package dev.orbit.testkit.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.OrbitTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Actors that wait for one another in great numbers do not starve one another. */
@OrbitTest(nodes = 2, voters = 1, actors = WalkerActor.class)
class ManyCallsIT {
  private static final int ACTORS = 1_000;

  @Test
  void aThousandActorsOfOneNodeWaitForAnotherNodeAllAtOnce(Cluster cluster) {
    List<String> here = keys(cluster, "here", "node-1");
    List<String> there = keys(cluster, "there", "node-2");
    walkAll(cluster, here, there);
    long before = System.nanoTime();

    int steps = walkAll(cluster, here, there);

    assertThat(steps).isEqualTo(ACTORS);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
  }

  private static int walkAll(Cluster cluster, List<String> here, List<String> there) {
    List<CompletableFuture<Integer>> walks = new ArrayList<>();
    for (int i = 0; i < ACTORS; i++) {
      Walker walker = cluster.actors("node-1").get(Walker.class, here.get(i));
      List<String> path = List.of(there.get(i));
      walks.add(cluster.actors("node-1").async(walker, w -> w.walk(path)));
    }
    return walks.stream().mapToInt(CompletableFuture::join).sum();
  }

  private static List<String> keys(Cluster cluster, String prefix, String node) {
    return Stream.iterate(0, i -> i + 1)
        .map(i -> prefix + "-" + i)
        .filter(key -> cluster.nodeOf(cluster.actors().get(Walker.class, key)).equals(node))
        .limit(ACTORS)
        .toList();
  }
}
