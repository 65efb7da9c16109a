package dev.orbit.testkit;

import dev.orbit.api.address.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that a node can keep over restarts. They lie below those that the system hands out by
 * itself, so that no outgoing connection takes one while its node is down.
 */
final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int LAST = 32_000;
  private static final int ATTEMPTS = 200;

  private static final Set<Integer> given = new HashSet<>();

  private FreePorts() {}

  /** An endpoint of the loopback address that nothing listens on and that was not given out yet. */
  static synchronized Endpoint next() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (!given.contains(port) && isFree(port)) {
        given.add(port);
        return new Endpoint("127.0.0.1", port);
      }
    }
    throw new IllegalStateException(
        "no free port among %d tries from %d to %d".formatted(ATTEMPTS, FIRST, LAST));
  }

  /** Gives a port back; it can be given out again. */
  static synchronized void release(Endpoint endpoint) {
    given.remove(endpoint.port());
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
