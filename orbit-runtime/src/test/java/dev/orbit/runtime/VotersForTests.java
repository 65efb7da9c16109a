package dev.orbit.runtime;

import dev.orbit.api.address.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Three voters on disk in one process, with a state file that they share. */
final class VotersForTests implements AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(3);
  static final List<String> NAMES = List.of("a", "b", "c");

  private final Path directory;
  private final Map<String, Endpoint> voters = new TreeMap<>();
  private final Map<String, OrbitNode> nodes = new HashMap<>();

  VotersForTests(Path directory) {
    this.directory = directory;
    List<ServerSocket> reserved = new ArrayList<>();
    try {
      for (String name : NAMES) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        reserved.add(socket);
        voters.put(name, new Endpoint("127.0.0.1", socket.getLocalPort()));
      }
      for (ServerSocket socket : reserved) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(NAMES);
  }

  OrbitNode node(String name) {
    OrbitNode node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException(name);
    }
    return node;
  }

  /** Starts the named nodes at the same time: one alone waits for a majority. */
  void start(List<String> names) {
    try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<String, Future<OrbitNode>> starting = new HashMap<>();
      names.forEach(name -> starting.put(name, starters.submit(() -> startNode(name))));
      for (String name : names) {
        nodes.put(name, starting.get(name).get());
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
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

  boolean isWhole() {
    return nodes.values().stream()
        .allMatch(node -> node.view().members().size() == NAMES.size() && node.isReady());
  }

  @Override
  public void close() {
    nodes.values().forEach(OrbitNode::kill);
  }
}
