package dev.orbit.examples.etcd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A real etcd server, as the package {@code etcd-server} has it, on a port that was free. */
final class EtcdServer implements AutoCloseable {
  private final Process process;
  private final int port;

  private EtcdServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static boolean isInstalled() {
    return Files.isExecutable(Path.of("/usr/bin/etcd"));
  }

  static EtcdServer start(Path directory) throws IOException {
    int port = freePort();
    String client = "http://127.0.0.1:" + port;
    String peer = "http://127.0.0.1:" + freePort();
    Process process =
        new ProcessBuilder(
                "/usr/bin/etcd",
                "--data-dir=" + directory.resolve("etcd"),
                "--name=only",
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=only=" + peer)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("etcd.log").toFile())
            .start();
    EtcdServer server = new EtcdServer(process, port);
    Awaitility.await("etcd listens")
        .atMost(Duration.ofSeconds(30))
        .until(() -> server.listens() || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException(Files.readString(directory.resolve("etcd.log")));
    }
    return server;
  }

  String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
