package dev.orbit.benchmarks.contenders;

import dev.orbit.api.address.Endpoint;
import dev.orbit.benchmarks.harness.Worker;
import dev.orbit.runtime.OrbitNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Map;

/** Node {@code far}, the only voter of its cluster. Says its Raft endpoint when it is ready. */
public final class OrbitFar {
  private OrbitFar() {}

  public static void main(String[] args) throws IOException {
    Endpoint raft = new Endpoint("127.0.0.1", freePort());
    OrbitNode node =
        OrbitNode.builder()
            .cluster("benchmark")
            .name("far")
            .voters(Map.of("far", raft))
            .actors(EchoActor.class)
            .start();
    try (node) {
      Worker.serve(raft.toString(), Map.of());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
