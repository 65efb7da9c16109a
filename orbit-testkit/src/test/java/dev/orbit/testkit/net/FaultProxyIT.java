package dev.orbit.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.Endpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With real sockets: an echo server behind the proxy, a client before it. */
class FaultProxyIT {
  private static final int SHORT_MILLIS = 300;

  private final List<Socket> served = new CopyOnWriteArrayList<>();
  private ServerSocket server;
  private Thread serving;
  private FaultProxy proxy;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    serving = Thread.ofVirtual().start(this::serve);
    proxy = FaultProxy.to(new Endpoint("127.0.0.1", server.getLocalPort()));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    server.close();
    for (Socket socket : served) {
      socket.close();
    }
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        served.add(socket);
        Thread.ofVirtual().start(() -> echo(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The test broke the connection.
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(proxy.endpoint().host(), proxy.endpoint().port());
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String receive(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SHORT_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(5_000);
  }

  @Test
  void passesEverythingOnUnchanged() throws Exception {
    byte[] sent = new byte[3_000_000];
    new Random(1).nextBytes(sent);

    try (Socket socket = connect()) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  socket.getOutputStream().write(sent);
                  socket.shutdownOutput();
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      byte[] received = socket.getInputStream().readAllBytes();

      assertThat(received).isEqualTo(sent);
    }
    await().untilAsserted(() -> assertThat(proxy.connections()).isZero());
  }

  @Test
  void aCutLinkIsSilentAndWhatItHeldArrivesAfterTheHealing() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "one");
      String before = receive(socket, 3);

      proxy.cut();
      send(socket, "two");
      assertSilent(socket);
      proxy.heal();
      String after = receive(socket, 3);

      assertThat(before).isEqualTo("one");
      assertThat(after).isEqualTo("two");
    }
  }

  @Test
  void aCutLinkHidesTheEndOfAConnection() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "one");
      receive(socket, 3);

      proxy.cut();
      served.getFirst().close();
      assertSilent(socket);
      proxy.heal();

      assertThatThrownByOrEnd(socket);
    }
  }

  private static void assertThatThrownByOrEnd(Socket socket) {
    try {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (IOException e) {
      assertThat(e).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void aLinkCutOneWayStillPassesTheOther() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "one");
      receive(socket, 3);

      proxy.cut(Direction.TO_TARGET);
      served.getFirst().getOutputStream().write("push".getBytes(StandardCharsets.UTF_8));
      String pushed = receive(socket, 4);
      send(socket, "two");
      assertSilent(socket);

      assertThat(pushed).isEqualTo("push");
    }
  }

  @Test
  void noConnectionComesAboutOverACutLinkUntilItIsHealed() throws Exception {
    proxy.cut(Direction.FROM_TARGET);

    try (Socket socket = connect()) {
      send(socket, "one");
      assertSilent(socket);
      boolean servedDuringTheCut = !served.isEmpty();
      proxy.heal();

      assertThat(servedDuringTheCut).isFalse();
      assertThat(receive(socket, 3)).isEqualTo("one");
    }
  }

  @Test
  void aResetBreaksConnectionsAtBothEndsAndNewOnesAreTaken() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "one");
      receive(socket, 3);

      proxy.reset();

      assertThatThrownBy(() -> receive(socket, 1)).isInstanceOf(SocketException.class);
    }
    await().untilAsserted(() -> assertThat(served.getFirst().isClosed()).isTrue());
    try (Socket socket = connect()) {
      send(socket, "two");
      assertThat(receive(socket, 3)).isEqualTo("two");
    }
  }

  @Test
  void aRefusingProxyTakesNoNewConnectionsAndKeepsTheOldOnes() throws Exception {
    try (Socket old = connect()) {
      send(old, "one");
      receive(old, 3);

      proxy.refuse();

      assertThatThrownBy(
              () -> {
                try (Socket socket = connect()) {
                  send(socket, "two");
                  receive(socket, 1);
                  throw new SocketException("ended");
                }
              })
          .isInstanceOf(SocketException.class);
      send(old, "old");
      assertThat(receive(old, 3)).isEqualTo("old");
      assertThat(served).hasSize(1);
    }
  }

  @Test
  void aDelayIsKeptEachWayAndOrderStays() throws Exception {
    proxy.delay(Duration.ofMillis(100), Duration.ofMillis(30));

    try (Socket socket = connect()) {
      long start = System.nanoTime();
      for (int i = 0; i < 10; i++) {
        send(socket, "message-" + i + ";");
      }
      String received = receive(socket, 100);
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertThat(received)
          .isEqualTo(
              "message-0;message-1;message-2;message-3;message-4;"
                  + "message-5;message-6;message-7;message-8;message-9;");
      assertThat(took).isBetween(Duration.ofMillis(200), Duration.ofSeconds(4));
    }
  }

  @Test
  void aSenderIsSlowedWhenItsReceiverDoesNotRead() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "one");
      receive(socket, 3);
      proxy.cut();
      socket.setSoTimeout(SHORT_MILLIS);
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      byte[] piece = new byte[1 << 20];
                      for (int i = 0; i < 200; i++) {
                        socket.getOutputStream().write(piece);
                      }
                    } catch (IOException e) {
                      // The test closes the socket under it.
                    }
                  });

      boolean ended = writer.join(Duration.ofMillis(1_500));

      assertThat(ended).isFalse();
    }
  }

  @Test
  void aTargetThatDoesNotListenBreaksTheConnection() throws Exception {
    server.close();
    // Until it has left the socket, connections to the port still come about.
    serving.join();

    try (Socket socket = connect()) {
      assertThatThrownByOrEnd(socket);
    }
    await().untilAsserted(() -> assertThat(proxy.connections()).isZero());
  }

  @Test
  void aClosedProxyLeavesNoConnectionAndNoPort() throws Exception {
    Socket socket = connect();
    send(socket, "one");
    receive(socket, 3);

    proxy.close();
    proxy.close();

    assertThatThrownByOrEnd(socket);
    assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    assertThat(proxy.connections()).isZero();
    socket.close();
  }

  @Test
  void whoeverConnectsAfterTheClosingIsRefused() {
    for (int i = 0; i < 200; i++) {
      FaultProxy closing = FaultProxy.to(proxy.endpoint());
      closing.close();

      Endpoint left = closing.endpoint();
      assertThatThrownBy(() -> new Socket(left.host(), left.port()).close())
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void delaysOutOfRangeAreRefused() {
    assertThatThrownBy(() -> proxy.delay(Duration.ofMillis(-1), Duration.ZERO))
        .hasMessage("delay PT-0.001S is not within 0 to PT10M");
    assertThatThrownBy(() -> proxy.delay(Duration.ZERO, Duration.ofHours(1)))
        .hasMessage("jitter PT1H is not within 0 to PT10M");
  }
}
