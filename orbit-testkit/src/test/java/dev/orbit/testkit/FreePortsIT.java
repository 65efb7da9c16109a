package dev.orbit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortsIT {
  @Test
  void aPortIsFreeAndGivenOutOnceUntilItIsReleased() throws IOException {
    List<Endpoint> given = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      given.add(FreePorts.next());
    }

    for (Endpoint endpoint : given) {
      try (ServerSocket socket =
          new ServerSocket(endpoint.port(), 1, InetAddress.ofLiteral("127.0.0.1"))) {
        assertThat(socket.isBound()).isTrue();
      }
      FreePorts.release(endpoint);
    }

    assertThat(given).doesNotHaveDuplicates();
  }
}
