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
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Three voters on disk in one process, with a state file that they share. */
final class VotersForTests implements AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(3);
  static final List<String> NAMES = List.of("a", "b", "c");
  private static final String HOST = "127.0.0.2";

  private final Path directory;
  private final Map<String, Endpoint> voters = new TreeMap<>();
  private final Map<String, OrbitNode> nodes = new HashMap<>();

  VotersForTests(Path directory) {
    this.directory = directory;
    List<ServerSocket> reserved = new ArrayList<>();
    try {
      for (String name : NAMES) {
        // Not where outgoing connections begin: one of those could take the port before its voter.
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST));
        reserved.add(socket);
        voters.put(name, new Endpoint(HOST, socket.getLocalPort()));
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
      CompletionService<OrbitNode> starting = new ExecutorCompletionService<>(starters);
      names.forEach(name -> starting.submit(() -> startNode(name)));
      try {
        for (int started = 0; started < names.size(); started++) {
          OrbitNode node = starting.take().get();
          nodes.put(node.id().key(), node);
        }
      } catch (InterruptedException | ExecutionException e) {
        // The others would wait for the one that failed, longer than any test.
        starters.shutdownNow();
        close();
        throw new IllegalStateException(e);
      }
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
