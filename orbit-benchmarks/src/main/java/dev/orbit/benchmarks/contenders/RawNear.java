package dev.orbit.benchmarks.contenders;

import dev.orbit.benchmarks.harness.Worker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The near end of the bare stream. Takes the far end's port and the size of the text. */
public final class RawNear {
  private RawNear() {}

  public static void main(String[] args) throws IOException {
    String text = "x".repeat(Integer.parseInt(args[1]));
    try (RawEchoClient client =
        new RawEchoClient(Integer.parseInt(args[0]), text.getBytes(StandardCharsets.UTF_8))) {
      Worker.serve("", Map.of("remote", client));
    }
  }
}
