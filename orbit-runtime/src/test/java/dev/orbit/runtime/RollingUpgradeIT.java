package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Actors;
import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.state.StateStore;
import dev.orbit.client.OrbitClient;
import dev.orbit.runtime.state.MemoryStateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Nodes of two releases in one cluster: a type that only the new ones host, one that they do not
 * host any more, and one that nobody hosts.
 */
@Timeout(120)
class RollingUpgradeIT {
  private static final Duration BOUND = Duration.ofSeconds(30);

  /** Longer than any test may take: an error that comes before it has not waited for it. */
  private static final Duration CALL_TIMEOUT = Duration.ofMinutes(5);

  private static final int KEYS = 30;

  private final StateStore store = new MemoryStateStore();
  private final Map<String, OrbitNode> nodes = new TreeMap<>();

  /** Counts, and tells where. */
  public interface Counts extends ActorWithStringKey {
    /** Adds one. */
    Counted add();

    record Counted(int count, String node) {}
  }

  /** In both releases. */
  @ActorType("test.Kept")
  public interface Kept extends Counts {}

  /** New in the second release. */
  @ActorType("test.Added")
  public interface Added extends Counts {}

  /** In the first release alone. */
  @ActorType("test.Dropped")
  public interface Dropped extends Counts {}

  /** What is kept. */
  public record Total(int count) {
    static Total initial() {
      return new Total(0);
    }

    Total plusOne() {
      return new Total(count + 1);
    }
  }

  abstract static class Counting implements Counts {
    private final State<Total> count;
    private final ActorContext context;

    Counting(State<Total> count, ActorContext context) {
      this.count = count;
      this.context = context;
    }

    @Override
    public Counted add() {
      return new Counted(count.update(Total::plusOne).count(), context.node().key());
    }
  }

  static final class KeptActor extends Counting implements Kept {
    KeptActor(@Persistent("count") State<Total> count, ActorContext context) {
      super(count, context);
    }
  }

  static final class AddedActor extends Counting implements Added {
    AddedActor(@Persistent("count") State<Total> count, ActorContext context) {
      super(count, context);
    }
  }

  static final class DroppedActor extends Counting implements Dropped {
    DroppedActor(@Persistent("count") State<Total> count, ActorContext context) {
      super(count, context);
    }
  }

  private static final Class<?>[] FIRST = {KeptActor.class, DroppedActor.class};
  private static final Class<?>[] SECOND = {KeptActor.class, AddedActor.class};

  @BeforeEach
  void start() {
    nodes.put("a", builder("a", FIRST).raftListen(new Endpoint("127.0.0.1", 0)).start());
    startAnother("b", FIRST);
  }

  @AfterEach
  void stop() {
    List.copyOf(nodes.values()).reversed().forEach(OrbitNode::kill);
    store.close();
  }

  private OrbitNode.Builder builder(String name, Class<?>... actors) {
    return OrbitNode.builder()
        .name(name)
        .partitions(32)
        .leaseDuration(Duration.ofSeconds(3))
        .callTimeout(CALL_TIMEOUT)
        .stateStore(store)
        .actors(actors);
  }

  private void startAnother(String name, Class<?>... actors) {
    Endpoint voter = node("a").raftEndpoint().orElseThrow();
    nodes.put(name, builder(name, actors).voters(Map.of("a", voter)).start());
    await()
        .atMost(BOUND)
        .until(
            () ->
                nodes.values().stream()
                    .allMatch(
                        node -> node.view().members().size() == nodes.size() && node.isReady()));
  }

  private OrbitNode node(String name) {
    OrbitNode node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException(name);
    }
    return node;
  }

  private static List<String> keys() {
    return IntStream.range(0, KEYS).mapToObj(i -> "k" + i).toList();
  }

  private static Set<String> hosts(Actors through, Class<? extends Counts> type, int times) {
    Set<String> hosts = new HashSet<>();
    for (String key : keys()) {
      Counts.Counted counted = through.get(type, key).add();
      assertThat(counted.count()).isEqualTo(times);
      hosts.add(counted.node());
    }
    return hosts;
  }

  private static ErrorCode refusal(Actors through, Class<? extends Counts> type) {
    return catchThrowableOfType(
            NotExecutedException.class, () -> through.get(type, "somebody").add())
        .code();
  }

  @Test
  void aTypeThatOnlyNewNodesHostIsThereForAllAsSoonAsOneOfThemIs() {
    assertThat(refusal(node("a").actors(), Added.class)).isEqualTo(ErrorCode.UNKNOWN_ACTOR_TYPE);
    startAnother("c", SECOND);

    assertThat(hosts(node("a").actors(), Added.class, 1)).containsExactly("c");
    assertThat(hosts(node("b").actors(), Added.class, 2)).containsExactly("c");
    try (OrbitClient client = client("b")) {
      assertThat(hosts(client.actors(), Added.class, 3)).containsExactly("c");
    }
    startAnother("d", SECOND);

    assertThat(hosts(node("a").actors(), Added.class, 4)).isSubsetOf("c", "d");
    assertThat(hosts(node("b").actors(), Kept.class, 1)).containsAnyOf("a", "b", "c", "d");
    assertThat(node("d").checkIntegrity(BOUND).isWell()).isTrue();
  }

  @Test
  void aNodeThatComesBackWithoutATypeHostsNoneOfItAndNoCallFails() throws Exception {
    startAnother("c", FIRST);
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> counts = new ArrayList<>();
      for (String key : keys()) {
        counts.add(callers.submit(untilOver(over, Dropped.class, key)));
        counts.add(callers.submit(untilOver(over, Kept.class, key)));
      }

      nodes.remove("c").close();
      startAnother("c", SECOND);
      await()
          .atMost(BOUND)
          .until(() -> IntStream.range(0, 50).anyMatch(i -> keptOn("fresh-" + i).equals("c")));
      over.set(true);

      for (Future<Integer> count : counts) {
        assertThat(count.get()).isPositive();
      }
    }
    for (String key : keys()) {
      assertThat(node("c").actors().get(Dropped.class, key).add().node()).isIn("a", "b");
    }
    assertThat(node("a").checkIntegrity(BOUND).isWell()).isTrue();
  }

  private String keptOn(String key) {
    return node("a").actors().get(Kept.class, key).add().node();
  }

  /** Calls again and again; each call must have been counted once. */
  private Callable<Integer> untilOver(
      AtomicBoolean over, Class<? extends Counts> type, String key) {
    return () -> {
      int count = 0;
      while (!over.get()) {
        String through = count % 2 == 0 ? "a" : "b";
        int counted = node(through).actors().get(type, key).add().count();
        count++;
        assertThat(counted).isEqualTo(count);
      }
      return count;
    };
  }

  @Test
  void whatNobodyHostsAnyMoreIsRefusedAtOnceByEveryNodeAndToClients() {
    startAnother("c", SECOND);
    hosts(node("a").actors(), Added.class, 1);
    try (OrbitClient client = client("b")) {
      assertThat(hosts(client.actors(), Added.class, 2)).containsExactly("c");

      nodes.remove("c").close();

      assertThat(refusal(client.actors(), Added.class)).isEqualTo(ErrorCode.UNKNOWN_ACTOR_TYPE);
      assertThat(refusal(node("a").actors(), Added.class)).isEqualTo(ErrorCode.UNKNOWN_ACTOR_TYPE);
      assertThat(refusal(node("b").actors(), Added.class)).isEqualTo(ErrorCode.UNKNOWN_ACTOR_TYPE);

      startAnother("d", SECOND);
      assertThat(hosts(client.actors(), Added.class, 3)).containsExactly("d");
    }
  }

  private OrbitClient client(String node) {
    return OrbitClient.builder()
        .cluster(node(node).view().cluster())
        .endpoints(node(node).endpoint().toString())
        .connect();
  }
}
