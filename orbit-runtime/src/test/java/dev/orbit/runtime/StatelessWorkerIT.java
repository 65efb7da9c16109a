package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.StatelessWorker;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.runtime.inspect.ActorLocation.Why;
import dev.orbit.runtime.inspect.IntegrityReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes a and b have the workers, c has none. */
class StatelessWorkerIT {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int MOST = 3;

  private static final AtomicInteger RUNNING = new AtomicInteger();
  private static final Set<Object> INSTANCES = ConcurrentHashMap.newKeySet();
  private static final AtomicInteger OVERLAPS = new AtomicInteger();
  private static volatile CountDownLatch gate = new CountDownLatch(0);

  private final List<OrbitNode> nodes = new ArrayList<>();

  /** Computes something. */
  @ActorType("test.Worker")
  public interface Worker extends ActorWithStringKey {
    String where();

    int behindTheGate();
  }

  /** Notices how many run. */
  abstract static class Gated {
    private final AtomicInteger open = new AtomicInteger();

    public int behindTheGate() {
      INSTANCES.add(this);
      if (open.incrementAndGet() > 1) {
        OVERLAPS.incrementAndGet();
      }
      int running = RUNNING.incrementAndGet();
      try {
        gate.await();
        return running;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } finally {
        RUNNING.decrementAndGet();
        open.decrementAndGet();
      }
    }
  }

  // region: worker
  @StatelessWorker(max = MOST)
  static final class WorkerActor extends Gated implements Worker {
    private final ActorContext context;

    WorkerActor(ActorContext context) {
      this.context = context;
    }

    @Override
    public String where() {
      return context.node().key();
    }
  }

  // endregion

  @BeforeEach
  void start() {
    INSTANCES.clear();
    OVERLAPS.set(0);
    nodes.add(
        builder("a").actors(WorkerActor.class).raftListen(new Endpoint("127.0.0.1", 0)).start());
    Endpoint voter = nodes.getFirst().raftEndpoint().orElseThrow();
    nodes.add(builder("b").actors(WorkerActor.class).voters(Map.of("a", voter)).start());
    nodes.add(builder("c").voters(Map.of("a", voter)).start());
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

  private Worker worker(int node, String key) {
    return nodes.get(node).actors().get(Worker.class, key);
  }

  private List<String> hosts(int node) {
    return IntStream.range(0, 20).mapToObj(i -> worker(node, "w" + i).where()).toList();
  }

  @Test
  void callsRunOnTheCallersNodeOrOnAnyThatHasWorkers() {
    assertThat(hosts(0)).containsOnly("a");
    assertThat(hosts(1)).containsOnly("b");
    assertThat(hosts(2)).containsOnly("a", "b");
  }

  @Test
  void asManyRunAtATimeAsMayBeAndEachOneTurnAtATime() {
    gate = new CountDownLatch(1);
    List<CompletableFuture<Integer>> calls =
        IntStream.range(0, 20)
            .mapToObj(
                i -> nodes.getFirst().actors().async(worker(0, "busy"), Worker::behindTheGate))
            .toList();
    await().atMost(BOUND).until(() -> RUNNING.get() == MOST);
    Map<String, Integer> activations = nodes.getFirst().report().activations();
    gate.countDown();
    calls.forEach(CompletableFuture::join);

    assertThat(calls.stream().map(CompletableFuture::join)).allMatch(running -> running <= MOST);
    assertThat(INSTANCES).hasSize(MOST);
    assertThat(OVERLAPS).hasValue(0);
    assertThat(activations).containsEntry("test.Worker", MOST);
  }

  @Test
  void theyAreInNoDirectory() {
    hosts(0);
    hosts(2);

    IntegrityReport report = nodes.get(2).checkIntegrity(BOUND);

    assertThat(report.isWell()).as("%s", report).isTrue();
    assertThat(report.activations()).isZero();
    assertThat(report.entries()).isZero();
    assertThat(
            nodes
                .getFirst()
                .explain(new AddressableReference("test.Worker", Key.of("w0")), BOUND)
                .why())
        .isEqualTo(Why.NOWHERE);
  }

  @Test
  void aNodeThatLeavesLeavesItsCallsToTheOthers() {
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String key = "w" + i;
      calls.add(nodes.get(2).actors().async(worker(2, key), Worker::where));
      if (i == 50) {
        nodes.get(1).close();
      }
    }

    assertThat(calls.stream().map(CompletableFuture::join)).contains("a");
    assertThat(hosts(2)).containsOnly("a");
  }
}
