package dev.orbit.testkit.state;

import dev.orbit.runtime.state.PostgresConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL server of this process's tests, started at first use and stopped with the
 * process. Each test takes a database of its own.
 */
public final class PostgresServer {
  private static final AtomicInteger DATABASES = new AtomicInteger();

  /** Starts it; the class is loaded by the first who asks for it. */
  private static final EmbeddedPostgres SERVER = start();

  private PostgresServer() {}

  private static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.builder()
          .setPGStartupWait(Duration.ofSeconds(60))
          // What a write costs matters to the tests: the server flushes as in production.
          .setServerConfig("fsync", "on")
          .setServerConfig("full_page_writes", "on")
          .setServerConfig("max_connections", "100")
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("no PostgreSQL server for tests", e);
    }
  }

  /** How to reach a new, empty database. */
  public static PostgresConfig newDatabase() {
    String name = "orbit" + DATABASES.incrementAndGet();
    execute("CREATE DATABASE " + name);
    return new PostgresConfig(
        SERVER.getJdbcUrl("postgres", name), "postgres", "", 4, Duration.ofSeconds(5));
  }

  /**
   * Ends every connection to a database, as a restart of the server would; returns when they have
   * ended.
   */
  public static void breakConnections(PostgresConfig config) {
    execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '%s'"
            .formatted(nameOf(config)));
  }

  /** Lets nobody into a database from now on, or everybody again, and ends connections. */
  public static void allowConnections(PostgresConfig config, boolean allowed) {
    execute("ALTER DATABASE %s WITH ALLOW_CONNECTIONS %s".formatted(nameOf(config), allowed));
    if (!allowed) {
      breakConnections(config);
    }
  }

  /** Takes a database away with all that is in it. */
  public static void drop(PostgresConfig config) {
    execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(nameOf(config)));
  }

  private static String nameOf(PostgresConfig config) {
    String url = config.url();
    int from = url.lastIndexOf('/') + 1;
    int parameters = url.indexOf('?');
    return url.substring(from, parameters < 0 ? url.length() : parameters);
  }

  private static void execute(String sql) {
    try (Connection connection =
            DriverManager.getConnection(SERVER.getJdbcUrl("postgres", "postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }
}
