package dev.orbit.benchmarks.calls;

import dev.orbit.api.address.Endpoint;
import dev.orbit.runtime.OrbitNode;
import java.io.IOException;
import java.util.Map;

/** The second process: node {@code b} and the bare echo. It ends when its input does. */
public final class RemoteEnd {
  private RemoteEnd() {}

  /** Takes the Raft endpoint of node {@code a}, the only voter. */
  public static void main(String[] args) throws IOException {
    try (RawEchoServer raw = new RawEchoServer();
        OrbitNode node =
            OrbitNode.builder()
                .cluster("benchmark")
                .name("b")
                .voters(Map.of("a", Endpoint.parse(args[0])))
                .actors(EchoActor.class)
                .start()) {
      System.out.println("ready " + raw.port() + " " + node.endpoint());
      while (System.in.read() >= 0) {
        // The parent writes nothing; only the end of the input matters.
      }
    }
  }
}
