package dev.orbit.testkit.state;

import dev.orbit.runtime.state.PostgresConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A PostgreSQL server of one test, which stops it and starts it again on the same port with the
 * same data. Used by one thread.
 */
public final class StoppablePostgres implements AutoCloseable {
  /** Below those that the system hands out by itself to whoever connects meanwhile. */
  private static final int FIRST_PORT = 20_000;

  private static final int LAST_PORT = 32_000;
  private static final int ATTEMPTS = 200;

  private final Path data;
  private final int port = freePort();
  private EmbeddedPostgres server;

  /** Starts it with what it finds in that directory, or with nothing. */
  public StoppablePostgres(Path data) {
    this.data = data;
    this.server = launch();
  }

  private EmbeddedPostgres launch() {
    try {
      return EmbeddedPostgres.builder()
          .setDataDirectory(data)
          .setCleanDataDirectory(false)
          .setPort(port)
          .setPGStartupWait(Duration.ofSeconds(60))
          .setServerConfig("fsync", "on")
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("no PostgreSQL server for this test", e);
    }
  }

  private static int freePort() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        return socket.getLocalPort();
      } catch (IOException _) {
        // Somebody listens there.
      }
    }
    throw new IllegalStateException(ATTEMPTS + " ports were tried and none was free");
  }

  /** How to reach it. */
  public PostgresConfig config(Duration timeout) {
    String url = "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port);
    return new PostgresConfig(url, "postgres", "", 4, timeout);
  }

  /** Stops the server's processes: connections break, and none is let in. */
  public void stop() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again. */
  public void start() {
    server = launch();
  }

  @Override
  public void close() {
    stop();
  }
}
