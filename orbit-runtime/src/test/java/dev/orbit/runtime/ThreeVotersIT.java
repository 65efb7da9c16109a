package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.OrbitException;
import dev.orbit.runtime.Cart.Line;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three voters on disk in one process, with a state file that they share. */
@Timeout(120)
class ThreeVotersIT {
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final Duration BOUND = Duration.ofSeconds(40);
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir Path directory;
  private final Map<String, Endpoint> voters = new TreeMap<>();
  private final Map<String, OrbitNode> nodes = new HashMap<>();

  @BeforeEach
  void start() throws Exception {
    List<ServerSocket> reserved = new ArrayList<>();
    for (String name : NAMES) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      reserved.add(socket);
      voters.put(name, new Endpoint("127.0.0.1", socket.getLocalPort()));
    }
    for (ServerSocket socket : reserved) {
      socket.close();
    }
    try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<String, Future<OrbitNode>> starting = new HashMap<>();
      NAMES.forEach(name -> starting.put(name, starters.submit(() -> startNode(name))));
      for (String name : NAMES) {
        nodes.put(name, starting.get(name).get());
      }
    }
    await()
        .atMost(BOUND)
        .until(
            () ->
                nodes.values().stream()
                    .allMatch(node -> node.view().members().size() == 3 && node.isReady()));
  }

  @AfterEach
  void stop() {
    nodes.values().forEach(OrbitNode::kill);
  }

  private OrbitNode startNode(String name) {
    return OrbitNode.builder()
        .cluster("shop")
        .name(name)
        .voters(voters)
        .dataDirectory(directory.resolve(name))
        .partitions(64)
        .leaseDuration(LEASE)
        .actors(CartActor.class)
        .start();
  }

  @Test
  void losesNoAcknowledgedWriteWhenTheLeaderIsKilledAndComesBack() {
    String leader = nodes.get("a").report().raftLeader().orElseThrow();
    List<String> keys = IntStream.range(0, 20).mapToObj(i -> "cart-" + i).toList();
    OrbitNode other =
        nodes.get(NAMES.stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow());
    keys.forEach(key -> other.actors().get(Cart.class, key).add(new Line("first", 1)));

    long killed = System.nanoTime();
    nodes.get(leader).kill();
    for (String key : keys) {
      eventually(() -> other.actors().get(Cart.class, key).view());
    }
    Duration outage = Duration.ofNanos(System.nanoTime() - killed);
    keys.forEach(key -> other.actors().get(Cart.class, key).add(new Line("second", 1)));
    nodes.put(leader, startNode(leader));
    await().atMost(BOUND).until(() -> nodes.values().stream().allMatch(OrbitNode::isReady));

    assertThat(outage).isLessThan(LEASE.multipliedBy(2));
    OrbitNode back = nodes.get(leader);
    for (String key : keys) {
      assertThat(back.actors().get(Cart.class, key).view().lines())
          .extracting(Line::sku)
          .containsExactly("first", "second");
    }
    assertThat(keys.stream().map(key -> back.actors().get(Cart.class, key).where()))
        .contains(leader);
  }

  private static <T> T eventually(Callable<T> call) {
    return await()
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(OrbitException.class)
        .until(call, answer -> true);
  }
}
