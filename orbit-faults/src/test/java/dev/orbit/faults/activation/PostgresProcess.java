package dev.orbit.faults.activation;

import dev.orbit.faults.MonotonicClock;
import dev.orbit.faults.Stamps;
import dev.orbit.runtime.state.JdbcStateStore;
import dev.orbit.runtime.state.PostgresConfig;
import dev.orbit.transport.env.SystemEnvironment;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A PostgreSQL server that all nodes reach by themselves, over lines that are slow and lose
 * packets. A trigger notes each claim and write in the transaction that makes it, so that what is
 * looked at afterwards is what the database accepted, in the order in which it did: of one row the
 * next transaction waits for the end of the one before. Every few seconds the server ends all
 * connections that are not new.
 *
 * <p>Arguments: its address, a directory for the data, the directory of stamps. It says {@code
 * ready}. Told {@code finish} it ends no more connections, stamps what was accepted, as {@link
 * StoreProcess} does, and says {@code finished}. It ends when its input does.
 */
final class PostgresProcess {
  static final int PORT = 7701;

  private static final long BREAK_EVERY_NANOS = Duration.ofSeconds(4).toNanos();

  /** Who just starts has time to open its pool. */
  private static final String BREAK =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'orbit'"
          + " AND backend_start < now() - interval '10 seconds'";

  private static final String WITNESS =
      """
      CREATE TABLE accepted (number BIGSERIAL PRIMARY KEY, wrote BOOLEAN, actor TEXT,
        fence_view BIGINT, fence_counter BIGINT, version BIGINT, value BYTEA);
      CREATE FUNCTION note() RETURNS trigger AS $$
      BEGIN
        INSERT INTO accepted (wrote, actor, fence_view, fence_counter, version, value)
        VALUES (NEW.version <> CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE OLD.version END,
          NEW.actor_type || '/' || NEW.actor_key, NEW.fence_view, NEW.fence_counter, NEW.version,
          NEW.value);
        RETURN NEW;
      END $$ LANGUAGE plpgsql;
      CREATE TRIGGER note AFTER INSERT OR UPDATE ON orbit_state
        FOR EACH ROW EXECUTE FUNCTION note();
      """;

  private final String url;
  private final Stamps stamps;
  private volatile boolean finished;

  private PostgresProcess(String url, Stamps stamps) {
    this.url = url;
    this.stamps = stamps;
  }

  /** How nodes reach it. */
  static String url(String address) {
    return "jdbc:postgresql://%s:%d/postgres".formatted(address, PORT);
  }

  public static void main(String[] arguments)
      throws IOException, InterruptedException, SQLException {
    if (System.getenv("LD_PRELOAD") == null) {
      serve(arguments);
    } else {
      // What falsifies this host's clock and disk is not meant for the server.
      Runtime.getRuntime().halt(anew(arguments).waitFor());
    }
  }

  /** The same without it; takes over what this process is told, and what it says. */
  private static Process anew(String[] arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx128m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(PostgresProcess.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().remove("LD_PRELOAD");
    return builder.start();
  }

  private static void serve(String[] arguments)
      throws IOException, InterruptedException, SQLException {
    Path data = Path.of(arguments[1]);
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setPort(PORT)
            .setDataDirectory(data)
            .setPGStartupWait(Duration.ofMinutes(2))
            .setServerConfig("listen_addresses", "*")
            .setServerConfig("max_connections", "100")
            .start();
    // It lets in its own host alone until it is told.
    Files.writeString(
        data.resolve("pg_hba.conf"),
        "\nhost all all 10.77.0.0/24 trust\n",
        StandardOpenOption.APPEND);
    PostgresProcess process =
        new PostgresProcess(
            server.getJdbcUrl("postgres", "postgres"), Stamps.open(Path.of(arguments[2]), "store"));
    process.execute("SELECT pg_reload_conf()");
    try (SystemEnvironment environment = new SystemEnvironment()) {
      // Makes the tables.
      JdbcStateStore.postgresql(environment, PostgresConfig.of(process.url, "postgres", ""))
          .close();
    }
    process.execute(WITNESS);
    Thread.ofPlatform().daemon().start(process::breakConnections);
    System.out.println("ready");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      process.finished = true;
      process.stamp();
      System.out.println("finished");
    }
    // However the process ended that this one was started by.
    server.close();
    Runtime.getRuntime().halt(0);
  }

  private void breakConnections() {
    LockSupport.parkNanos(BREAK_EVERY_NANOS);
    while (!finished) {
      execute(BREAK);
      LockSupport.parkNanos(BREAK_EVERY_NANOS);
    }
  }

  private void execute(String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private void stamp() {
    long now = MonotonicClock.nanos();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM accepted ORDER BY number")) {
      while (rows.next()) {
        byte[] value = rows.getBytes("value");
        stamps.addAt(
            now++,
            rows.getBoolean("wrote") ? "wrote" : "claimed",
            rows.getString("actor"),
            rows.getLong("fence_view"),
            rows.getLong("fence_counter"),
            rows.getLong("version"),
            value == null ? "-" : new String(value, StandardCharsets.UTF_8));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("what was accepted", e);
    }
  }
}
