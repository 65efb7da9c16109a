package dev.orbit.testkit.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.Actors;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.client.OrbitClient;
import dev.orbit.runtime.OrbitNode;
import dev.orbit.runtime.inspect.SenderStatistics;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ten times as many callers as an actor's mailbox has places: they wait where they are until there
 * is room.
 */
class CreditIT {
  private static final int CALLERS = 10 * CounterActor.PLACES;
  private static final int CALLS = 8;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static Cluster cluster;
  private static OrbitClient client;

  @BeforeAll
  static void start() {
    cluster =
        ClusterConfig.builder()
            .nodes(3)
            .voters(1)
            .leaseDuration(Duration.ofSeconds(6))
            .actors(CounterActor.class, Scribe.HashedActor.class)
            .start();
    client = OrbitClient.connect(cluster.node("node-1").endpoint().toString());
  }

  @AfterAll
  static void stop() {
    client.close();
    cluster.close();
  }

  /** The key of a counter on node-2. */
  private static String key(String prefix) {
    return IntStream.range(0, 1_000)
        .mapToObj(number -> prefix + number)
        .filter(key -> cluster.nodeOf(cluster.actors().get(Counter.class, key)).equals("node-2"))
        .findFirst()
        .orElseThrow();
  }

  private static SenderStatistics sent(String node) {
    return cluster.node(node).sent();
  }

  /** How many calls were refused, of callers that each wait for one answer after the other. */
  private static int refused(Actors actors, String key) throws Exception {
    AtomicInteger refused = new AtomicInteger();
    List<Future<?>> callers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < CALLERS; caller++) {
        callers.add(
            threads.submit(
                () -> {
                  Counter counter = actors.get(Counter.class, key);
                  for (int call = 0; call < CALLS; call++) {
                    try {
                      counter.serve(call);
                    } catch (OverloadedException e) {
                      refused.incrementAndGet();
                    }
                  }
                }));
      }
      for (Future<?> caller : callers) {
        caller.get(SOON.toMillis() * 2, TimeUnit.MILLISECONDS);
      }
    }
    return refused.get();
  }

  @Test
  void noneOfTenTimesAsManyCallersAsThereArePlacesIsRefused() throws Exception {
    String key = key("credit");
    Scribe scribe = cluster.actors("node-1").get(Scribe.Hashed.class, "beside");
    SenderStatistics before = sent("node-1");
    int refused = refused(cluster.actors("node-1"), key);
    SenderStatistics after = sent("node-1");

    assertThat(refused).isZero();
    assertThat(cluster.actors("node-1").get(Counter.class, key).served()).hasSize(CALLERS * CALLS);
    assertThat(after.waited() - before.waited()).as("waited before they were sent").isPositive();
    // What was sent before anything was heard, and a few that asked whether there is room.
    assertThat(after.sentBack() - before.sentBack()).as("sent in vain").isLessThan(2L * CALLERS);
    assertThat(after.repeated() - before.repeated()).as("paid for as repetitions").isZero();
    assertThat(after.waiting()).isZero();
    scribe.write(1);
    await().atMost(SOON).until(() -> !scribe.written().isEmpty());
  }

  @Test
  void withoutItCallsAreRepeatedAgainAndAgain() throws Exception {
    try (OrbitNode node =
        OrbitNode.builder().actors(CounterActor.class).waitingForRoom(0).start()) {
      refused(node.actors(), "without");

      assertThat(node.sent().repeated()).isGreaterThan(CALLERS);
      assertThat(node.sent().waited()).isZero();
    }
  }

  @Test
  void callsOfOtherActorsPassWhileThoseOfOneWait() {
    String key = key("slow");
    Actors actors = cluster.actors("node-1");
    Counter counter = actors.get(Counter.class, key);
    List<CompletableFuture<Integer>> many =
        IntStream.range(0, 20 * CALLERS)
            .mapToObj(customer -> actors.async(counter, c -> c.serve(customer)))
            .toList();
    await().atMost(SOON).until(() -> sent("node-1").waiting() > CALLERS);
    Counter other = actors.get(Counter.class, key("other"));
    int served = other.serve(7);
    long stillWaiting = sent("node-1").waiting();

    assertThat(served).isEqualTo(7);
    assertThat(stillWaiting).as("wait while another actor answers").isPositive();
    many.forEach(call -> call.cancel(true));
    await().atMost(SOON).until(() -> sent("node-1").waiting() == 0);
  }

  enum From {
    ANOTHER_NODE,
    ITS_OWN_NODE,
    A_CLIENT;

    Actors actors() {
      return switch (this) {
        case ANOTHER_NODE -> cluster.actors("node-1");
        case ITS_OWN_NODE -> cluster.actors("node-2");
        case A_CLIENT -> client;
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void callsThatWaitKeepTheirOrder(From from) {
    String key = key("order-" + from);
    Counter counter = from.actors().get(Counter.class, key);
    Counter rival = cluster.actors("node-3").get(Counter.class, key);
    List<CompletableFuture<Integer>> calls = new ArrayList<>();
    List<Integer> expected = IntStream.range(0, 600).boxed().toList();
    for (int customer : expected) {
      if (customer % 5 == 4) {
        counter.post(customer);
      } else {
        calls.add(from.actors().async(counter, c -> c.serve(customer)));
      }
      if (customer % 2 == 0) {
        // It takes places in between.
        var _ = cluster.actors("node-3").async(rival, c -> c.serve(-1));
      }
    }
    CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
        .orTimeout(SOON.toSeconds() * 2, TimeUnit.SECONDS)
        .join();

    List<Integer> served = mine(counter);
    assertThat(served).as("in their order").isSorted().doesNotHaveDuplicates();
    assertThat(served)
        .containsAll(expected.stream().filter(customer -> customer % 5 != 4).toList());
  }

  private static List<Integer> mine(Counter counter) {
    return counter.served().stream().filter(customer -> customer >= 0).toList();
  }

  @Test
  void whoCallsAgainAfterItWasRefusedIsServed() throws Exception {
    int refused = refused(client, key("client"));

    assertThat(refused).isZero();
    assertThat(Map.of("waiting", sent("node-1").waiting())).containsEntry("waiting", 0L);
  }
}
