package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Lifecycle;
import dev.orbit.api.Placed;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.placement.PlacementChoice;
import dev.orbit.api.placement.PlacementStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many first calls of one actor at once, from everywhere: it comes to life once. */
@Timeout(120)
class FirstCallsIT {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int CALLS = 1_000;
  private static final int KEYS = 20;

  /** How often an actor came to life, by key. */
  private static final Map<String, AtomicInteger> LIVES = new ConcurrentHashMap<>();

  private final Map<String, OrbitNode> nodes = new TreeMap<>();

  /** Says which of its calls this is. */
  @ActorType("test.Newborn")
  public interface Newborn extends ActorWithStringKey {
    int call();
  }

  @Placed(strategy = "slow-draw")
  static final class NewbornActor implements Newborn, Lifecycle {
    private final String key;
    private int calls;

    NewbornActor(ActorContext context) {
      this.key = context.address().key().toString();
    }

    @Override
    public void onActivate() {
      LIVES.computeIfAbsent(key, _ -> new AtomicInteger()).incrementAndGet();
      pause();
    }

    @Override
    public int call() {
      return ++calls;
    }
  }

  /**
   * Draws among all nodes, and takes its time: the directory asks it after it has found no entry
   * and before it writes one.
   */
  static final class SlowDraw implements PlacementStrategy {
    @Override
    public String name() {
      return "slow-draw";
    }

    @Override
    public MemberId choose(PlacementChoice choice) {
      pause();
      int drawn = choice.random().nextInt(choice.candidates().size());
      return choice.candidates().get(drawn).member().id();
    }
  }

  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(30)));
  }

  @AfterEach
  void stop() {
    List.copyOf(nodes.values()).reversed().forEach(OrbitNode::kill);
  }

  private OrbitNode.Builder builder(String name) {
    return OrbitNode.builder()
        .name(name)
        .partitions(32)
        .placementStrategy(new SlowDraw())
        .actors(NewbornActor.class);
  }

  private void startFirst() {
    nodes.put("a", builder("a").raftListen(new Endpoint("127.0.0.1", 0)).start());
  }

  private OrbitNode startNext(String name) {
    return builder(name).voters(Map.of("a", node("a").raftEndpoint().orElseThrow())).start();
  }

  private OrbitNode node(String name) {
    OrbitNode node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException(name);
    }
    return node;
  }

  private void awaitAll() {
    await()
        .atMost(BOUND)
        .until(
            () ->
                nodes.values().stream()
                    .allMatch(
                        node -> node.view().members().size() == nodes.size() && node.isReady()));
  }

  private static int lives(String key) {
    return LIVES.getOrDefault(key, new AtomicInteger()).get();
  }

  @Test
  void aThousandFirstCallsFromThreeNodesMakeOneActivation() throws Exception {
    startFirst();
    nodes.put("b", startNext("b"));
    nodes.put("c", startNext("c"));
    awaitAll();
    List<OrbitNode> from = List.copyOf(nodes.values());

    for (int round = 0; round < 5; round++) {
      String key = "crowded-" + round;
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Integer>> answers = new ArrayList<>();
      try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < CALLS; i++) {
          OrbitNode node = from.get(i % from.size());
          answers.add(
              callers.submit(
                  () -> {
                    start.await();
                    return node.actors().get(Newborn.class, key).call();
                  }));
        }
        start.countDown();
      }

      List<Integer> numbers = new ArrayList<>();
      for (Future<Integer> answer : answers) {
        numbers.add(answer.get());
      }
      assertThat(lives(key)).isEqualTo(1);
      assertThat(numbers)
          .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, CALLS).boxed().toList());
    }
    assertThat(node("a").checkIntegrity(BOUND).isWell()).isTrue();
  }

  @Test
  void twoNodesThatStartAtOnceAndCallTheSameActorsHaveEachOfThemOnce() throws Exception {
    startFirst();
    List<String> keys = IntStream.range(0, KEYS).mapToObj(i -> "early-" + i).toList();
    try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<String, Future<OrbitNode>> starting = new TreeMap<>();
      List<Future<Integer>> answers = new ArrayList<>();
      for (String name : List.of("b", "c")) {
        Future<OrbitNode> started = starters.submit(() -> startNext(name));
        starting.put(name, started);
        for (String key : keys) {
          answers.add(starters.submit(() -> started.get().actors().get(Newborn.class, key).call()));
        }
      }
      for (Map.Entry<String, Future<OrbitNode>> each : starting.entrySet()) {
        nodes.put(each.getKey(), each.getValue().get());
      }
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isIn(1, 2);
      }
    }
    awaitAll();

    // A second life would have begun to count anew.
    for (String key : keys) {
      assertThat(node("a").actors().get(Newborn.class, key).call()).isEqualTo(3);
      assertThat(lives(key)).isEqualTo(1);
    }
    assertThat(node("b").checkIntegrity(BOUND).isWell()).isTrue();
  }
}
