package dev.orbit.benchmarks.contenders;

import dev.orbit.benchmarks.harness.Worker;
import java.io.IOException;
import java.util.Map;

/** The far end of the bare stream. Says its port when it is ready. */
public final class RawFar {
  private RawFar() {}

  public static void main(String[] args) throws IOException {
    try (RawEchoServer server = new RawEchoServer()) {
      Worker.serve(Integer.toString(server.port()), Map.of());
    }
  }
}
