package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.state.StateStore;
import dev.orbit.runtime.Cart.Line;
import dev.orbit.runtime.state.MemoryStateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes whose resolver knows where some actors are to live. */
class AdvisedHostsIT {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final StateStore store = new MemoryStateStore();
  private final List<OrbitNode> nodes = new ArrayList<>();
  private final Places places = new Places();

  /** Where an application keeps its actors. */
  private static final class Places implements NodeResolver {
    final Map<String, String> nodesByKey = new ConcurrentHashMap<>();
    final List<String> asked = new ArrayList<>();

    @Override
    public Optional<Endpoint> resolveNode(NodeId node) {
      return Optional.empty();
    }

    @Override
    public synchronized Optional<NodeId> resolveAddressable(AddressableReference reference) {
      String key = ((Key.StringKey) reference.key()).value();
      asked.add(key);
      if (key.startsWith("broken")) {
        throw new IllegalStateException("the register is not to be reached");
      }
      return Optional.ofNullable(nodesByKey.get(key)).map(name -> new NodeId(name, "shop"));
    }

    synchronized long questions(String key) {
      return asked.stream().filter(key::equals).count();
    }
  }

  @BeforeEach
  void start() {
    nodes.add(builder("a").raftListen(new Endpoint("127.0.0.1", 0)).start());
    Endpoint voter = nodes.getFirst().raftEndpoint().orElseThrow();
    nodes.add(builder("b").voters(Map.of("a", voter)).start());
    await().atMost(BOUND).until(() -> nodes.stream().allMatch(n -> n.view().members().size() == 2));
    nodes.forEach(node -> assertThat(node.awaitReady(BOUND)).isTrue());
  }

  @AfterEach
  void stop() {
    nodes.reversed().forEach(OrbitNode::kill);
    store.close();
  }

  private OrbitNode.Builder builder(String name) {
    return OrbitNode.builder()
        .name(name)
        .cluster("shop")
        .partitions(64)
        .stateStore(store)
        .nodeResolver(places)
        .actors(CartActor.class);
  }

  private Cart cart(int node, String key) {
    return nodes.get(node).actors().get(Cart.class, key);
  }

  private static List<String> keys(String name) {
    return IntStream.range(0, 30).mapToObj(i -> name + i).toList();
  }

  @Test
  void anActorLivesWhereTheResolverSays() {
    keys("for-b").forEach(key -> places.nodesByKey.put(key, "b"));

    List<String> hosts = keys("for-b").stream().map(key -> cart(0, key).where()).toList();

    assertThat(hosts).containsOnly("b");
    assertThat(keys("for-b").stream().map(key -> cart(1, key).where())).containsOnly("b");
  }

  @Test
  void whereItKnowsNothingOrNonsenseTheClusterChooses() {
    keys("nowhere").forEach(key -> places.nodesByKey.put(key, "gone"));

    assertThat(keys("unknown").stream().map(key -> cart(0, key).where())).contains("a", "b");
    assertThat(keys("nowhere").stream().map(key -> cart(0, key).where())).contains("a", "b");
    assertThat(keys("broken").stream().map(key -> cart(0, key).where())).contains("a", "b");
    assertThat(places.questions("unknown0")).isOne();
  }

  @Test
  void anActorThatIsActiveStaysThoughTheResolverChangesItsMind() {
    places.nodesByKey.put("stays", "a");
    cart(1, "stays").add(new Line("first", 1));

    places.nodesByKey.put("stays", "b");

    assertThat(cart(0, "stays").where()).isEqualTo("a");
    assertThat(cart(1, "stays").where()).isEqualTo("a");
    assertThat(places.questions("stays")).isOne();
  }

  @Test
  void callsKeepTheirOrderWhileTheResolverIsAsked() {
    places.nodesByKey.put("ordered", "b");
    List<CompletableFuture<Integer>> counts = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Line line = new Line("line-" + i, 1);
      counts.add(nodes.getFirst().actors().async(cart(0, "ordered"), cart -> cart.add(line)));
    }

    List<Integer> answers = counts.stream().map(CompletableFuture::join).toList();

    assertThat(answers).isEqualTo(IntStream.rangeClosed(1, 50).boxed().toList());
    assertThat(cart(1, "ordered").where()).isEqualTo("b");
  }
}
