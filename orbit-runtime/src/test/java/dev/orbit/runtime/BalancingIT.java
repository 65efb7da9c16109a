package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.ReadOnly;
import dev.orbit.api.StatelessWorker;
import dev.orbit.api.address.Endpoint;
import dev.orbit.client.OrbitClient;
import dev.orbit.transport.balancing.Balancing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that several nodes could take. Nodes a and b have the workers; others have none. */
class BalancingIT {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final AtomicInteger STUCK = new AtomicInteger();
  private static volatile String stuck = "";
  private static volatile CountDownLatch gate = new CountDownLatch(0);

  private final List<OrbitNode> nodes = new ArrayList<>();

  /** Tells where it runs, unless that node is stuck. */
  @ActorType("test.Balanced")
  public interface Balanced extends ActorWithStringKey {
    @ReadOnly
    String where();
  }

  @StatelessWorker(max = 64)
  static final class BalancedActor implements Balanced {
    private final String node;

    BalancedActor(ActorContext context) {
      this.node = context.node().key();
    }

    @Override
    public String where() {
      if (node.equals(stuck)) {
        STUCK.incrementAndGet();
        try {
          gate.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return node;
    }
  }

  private void start(Balancing balancing, Duration hedgeAfter) {
    stuck = "";
    STUCK.set(0);
    gate = new CountDownLatch(1);
    nodes.add(
        builder("a").actors(BalancedActor.class).raftListen(new Endpoint("127.0.0.1", 0)).start());
    Endpoint voter = nodes.getFirst().raftEndpoint().orElseThrow();
    nodes.add(builder("b").actors(BalancedActor.class).voters(Map.of("a", voter)).start());
    nodes.add(
        builder("c")
            .voters(Map.of("a", voter))
            .balancing(balancing)
            .hedgeAfter(hedgeAfter)
            .start());
    await()
        .atMost(BOUND)
        .until(
            () ->
                nodes.stream()
                    .allMatch(node -> node.view().members().size() == 3 && node.isReady()));
  }

  private static OrbitNode.Builder builder(String name) {
    return OrbitNode.builder().name(name).partitions(16);
  }

  @AfterEach
  void stop() {
    gate.countDown();
    nodes.reversed().forEach(OrbitNode::kill);
  }

  private String call(int number) {
    return nodes.get(2).actors().get(Balanced.class, "k" + number).where();
  }

  @Test
  void roundRobinDividesCallsEqually() {
    start(Balancing.ROUND_ROBIN, Duration.ZERO);

    Map<String, Long> hosts =
        IntStream.range(0, 40)
            .mapToObj(this::call)
            .collect(Collectors.groupingBy(host -> host, Collectors.counting()));

    assertThat(hosts).isEqualTo(Map.of("a", 20L, "b", 20L));
  }

  @Test
  void aNodeThatDoesNotAnswerGetsNoMoreCallsThanItHas() throws Exception {
    start(Balancing.LEAST_REQUESTS, Duration.ZERO);
    stuck = "a";
    List<CompletableFuture<String>> calls = new ArrayList<>();
    while (STUCK.get() == 0) {
      String key = "k" + calls.size();
      CompletableFuture<String> call =
          nodes
              .get(2)
              .actors()
              .async(nodes.get(2).actors().get(Balanced.class, key), Balanced::where);
      calls.add(call);
      await().atMost(BOUND).until(() -> call.isDone() || STUCK.get() == 1);
    }

    // From now on b has none each time, and a the one that it does not answer.
    List<String> hosts = IntStream.range(0, 100).mapToObj(this::call).toList();
    gate.countDown();

    assertThat(hosts).containsOnly("b");
    assertThat(calls.getLast().get(30, TimeUnit.SECONDS)).isEqualTo("a");
  }

  @Test
  void aReadThatIsStuckIsAnsweredByAnotherNode() {
    start(Balancing.ROUND_ROBIN, Duration.ofMillis(50));
    stuck = "a";

    List<String> hosts = IntStream.range(0, 10).mapToObj(this::call).toList();

    assertThat(hosts).containsOnly("b");
  }

  @Test
  void aClientSpreadsItsCallsOverTheMembersAndPassesOverOneThatIsGone() {
    start(Balancing.LEAST_REQUESTS, Duration.ZERO);
    String[] endpoints =
        nodes.stream().map(node -> node.endpoint().toString()).toArray(String[]::new);
    try (OrbitClient client =
        OrbitClient.builder()
            .endpoints(endpoints)
            .balancing(Balancing.ROUND_ROBIN)
            .hedgeAfter(Duration.ofSeconds(10))
            .connect()) {
      List<String> before =
          IntStream.range(0, 30)
              .mapToObj(i -> client.get(Balanced.class, "k" + i).where())
              .toList();
      nodes.get(1).close();
      List<String> after =
          IntStream.range(0, 30)
              .mapToObj(i -> client.get(Balanced.class, "k" + i).where())
              .toList();

      // Through a and b they run right there; c passes them on to either.
      assertThat(before).contains("a", "b");
      assertThat(after).containsOnly("a");
    }
  }
}
