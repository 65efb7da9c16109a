package dev.orbit.benchmarks.contenders;

import dev.orbit.benchmarks.harness.Worker;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorSystem;

/** Pekko's node that hosts the entities. Says its port when it is ready. */
public final class PekkoFar {
  private PekkoFar() {}

  public static void main(String[] args) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    ActorSystem<Void> system = PekkoCluster.start("far", port);
    Worker.serve(Integer.toString(port), Map.of());
    system.terminate();
  }
}
