package dev.orbit.testkit.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ActorFailedException;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.OrbitTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Turns that wait for one another are told so, and nobody else is: not at their deadline, but by
 * what it is. How soon at the latest is a matter of virtual time, in {@code CirclesSimulation}.
 */
@OrbitTest(nodes = 3, actors = WalkerActor.class)
class DeadlockIT {
  @Test
  void aChainThatComesBackOverOtherNodesFailsAtOnceAndIsSpelledOut(Cluster cluster) {
    List<String> keys = keys(cluster, "chain", 3, 3);
    Walker first = walker(cluster, keys.get(0));
    first.walk(List.of(keys.get(1), keys.get(2)));

    assertThatThrownBy(() -> first.walk(List.of(keys.get(1), keys.get(2), keys.get(0))))
        .isInstanceOf(ActorFailedException.class)
        .hasMessageContaining(
            "test.Walker/%s.walk -> test.Walker/%s.walk -> test.Walker/%s.walk -> test.Walker/%s.walk"
                .formatted(keys.get(0), keys.get(1), keys.get(2), keys.get(0)));
  }

  @Test
  void turnsThatWaitForOneAnotherAreFoundAndOneOfThemIsToldSo(Cluster cluster) throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int nodes = 1; nodes <= 3; nodes++) {
        for (int actors = 2; actors <= 5; actors++) {
          circle(cluster, callers, nodes, actors);
        }
      }
    }
  }

  private static void circle(Cluster cluster, ExecutorService callers, int nodes, int actors)
      throws Exception {
    String meeting = "circle-%d-%d".formatted(nodes, actors);
    List<String> keys = keys(cluster, meeting, nodes, actors);
    for (String key : keys) {
      walker(cluster, key).walk(List.of());
    }
    List<Future<Integer>> walks = new ArrayList<>();
    for (int i = 0; i < actors; i++) {
      Walker walker = walker(cluster, keys.get(i));
      String next = keys.get((i + 1) % actors);
      walks.add(callers.submit(() -> walker.meet(meeting, actors, List.of(next))));
    }

    List<Throwable> failures = new ArrayList<>();
    for (Future<Integer> walk : walks) {
      try {
        walk.get(20, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        failures.add(e.getCause());
      }
    }

    assertThat(failures)
        .as("%d actors on %d nodes", actors, nodes)
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure)
                    .hasMessageContaining("ORBIT-1013")
                    .hasMessageContaining(".meet -> test.Walker/"));
  }

  @Test
  void nobodyIsToldSoWhereWaitsLeadDownhillOnly(Cluster cluster) throws Exception {
    Random random = new Random(7);
    List<String> keys = keys(cluster, "hill", 3, 9);
    List<Future<Integer>> walks = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 60; i++) {
        List<String> path = new ArrayList<>(keys);
        while (path.size() > 2 + random.nextInt(3)) {
          path.remove(random.nextInt(path.size()));
        }
        Walker first = walker(cluster, path.getFirst());
        List<String> rest = List.copyOf(path.subList(1, path.size()));
        lengths.add(rest.size());
        walks.add(callers.submit(() -> first.stroll(20, rest)));
      }
      for (int i = 0; i < walks.size(); i++) {
        assertThat(walks.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(lengths.get(i));
      }
    }
  }

  private static Walker walker(Cluster cluster, String key) {
    return cluster.actors("node-1").get(Walker.class, key);
  }

  /** Keys whose actors are spread over the first so many nodes, one after the other. */
  private static List<String> keys(Cluster cluster, String prefix, int nodes, int count) {
    List<List<String>> byNode = new ArrayList<>();
    for (int node = 1; node <= nodes; node++) {
      String host = "node-" + node;
      byNode.add(
          Stream.iterate(0, i -> i + 1)
              .map(i -> prefix + "-" + i)
              .filter(key -> cluster.nodeOf(walker(cluster, key)).equals(host))
              .limit(count)
              .toList());
    }
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(byNode.get(i % nodes).get(i / nodes));
    }
    return Collections.unmodifiableList(keys);
  }
}
