package dev.orbit.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback address. */
final class Ports {
  static final String HOST = "127.0.0.1";

  private static final int FIRST = 20_000;
  private static final int LAST = 32_000;
  private static final int ATTEMPTS = 1_000;

  private Ports() {}

  /** Whether a server could listen there now. */
  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Ports that were free, all different. They lie below those that the system hands out by itself,
   * so that no outgoing connection takes one while its node is down.
   */
  static List<Integer> free(int count) {
    Set<Integer> found = new LinkedHashSet<>();
    for (int attempt = 0; attempt < ATTEMPTS && found.size() < count; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (isFree(port)) {
        found.add(port);
      }
    }
    if (found.size() < count) {
      throw new UserError(
          ExitCodes.FAILED,
          "%d ports are needed on %s, and only %d of those tried from %d to %d were free; choose them with --port-base"
              .formatted(count, HOST, found.size(), FIRST, LAST));
    }
    return List.copyOf(found);
  }
}
