package dev.orbit.benchmarks.state;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.runtime.OrbitNode;
import dev.orbit.runtime.state.JdbcStateStore;
import dev.orbit.runtime.state.PostgresConfig;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * Durable writes a second of {@value #WRITERS} writers, with batching and without: by the store
 * alone, which makes durable together what waits, and by as many actors that each write at every
 * call; both also on the same store held to one operation in a transaction ({@link OneByOne}), with
 * as many connections. For comparison a loop of one thread that commits {@value #WRITERS} updates
 * at a time and checks neither version nor fence. On SQLite, and on PostgreSQL where an argument
 * says how to reach an empty database.
 */
public final class StateLoad {
  private static final int WRITERS = 64;
  private static final int ROUNDS = 3;
  private static final Duration ROUND = Duration.ofSeconds(3);
  private static final byte[] VALUE = "{\"value\":1234567}".getBytes(StandardCharsets.UTF_8);

  private StateLoad() {}

  /**
   * Measures.
   *
   * @param args optional: the URL of a PostgreSQL database, as {@code
   *     jdbc:postgresql://127.0.0.1/postgres?user=postgres}
   */
  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("orbit-state-load");
    System.out.printf("%-12s %-20s %12s %12s%n", "database", "variant", "writes/s", "x one by one");
    try (SystemEnvironment environment = new SystemEnvironment()) {
      for (int round = 0; round <= ROUNDS; round++) {
        System.out.println(round == 0 ? "warm-up" : "round " + round);
        Path own = directory.resolve("round-" + round + ".db");
        measure(
            "sqlite",
            "jdbc:sqlite:" + directory.resolve("bare.db"),
            () -> JdbcStateStore.sqlite(environment, own),
            () ->
                new OneByOne(
                    List.of(
                        JdbcStateStore.sqlite(
                            environment, own.resolveSibling(own.getFileName() + ".single")))));
        if (args.length > 0) {
          PostgresConfig config = PostgresConfig.of(args[0], "postgres", "");
          PostgresConfig single =
              new PostgresConfig(args[0], "postgres", "", 1, PostgresConfig.DEFAULT_TIMEOUT);
          measure(
              "postgresql",
              args[0],
              () -> JdbcStateStore.postgresql(environment, config),
              () ->
                  new OneByOne(
                      Stream.generate(() -> JdbcStateStore.postgresql(environment, single))
                          .limit(config.connections())
                          .toList()));
        }
      }
    }
  }

  private interface Opening {
    StateStore open();
  }

  /** Writes a second by a store alone, and by actors that keep their state there. */
  private record Rates(double store, double actors) {}

  private static void measure(String database, String url, Opening batching, Opening oneByOne)
      throws Exception {
    Rates single = rates(oneByOne);
    Rates batches = rates(batching);
    double bare = bare(url);
    print(database, "store, one by one", single.store(), single.store());
    print(database, "store, batches", batches.store(), single.store());
    print(database, "bare loop of batches", bare, single.store());
    print(database, "actors, one by one", single.actors(), single.actors());
    print(database, "actors, batches", batches.actors(), single.actors());
  }

  private static void print(String database, String variant, double rate, double oneByOne) {
    System.out.printf("%-12s %-20s %,12.0f %12.2f%n", database, variant, rate, rate / oneByOne);
  }

  private static Rates rates(Opening opening) throws Exception {
    try (StateStore store = opening.open()) {
      double alone = store(store);
      try (OrbitNode node =
          OrbitNode.builder()
              .cluster("load-" + System.nanoTime())
              .stateStore(store)
              .actors(TallyActor.class)
              .start()) {
        Runnable[] writes = new Runnable[WRITERS];
        for (int w = 0; w < WRITERS; w++) {
          Tally tally = node.actors().get(Tally.class, w);
          tally.increment();
          writes[w] = tally::increment;
        }
        return new Rates(alone, rate(w -> writes[w]));
      }
    }
  }

  /** One connection, one transaction after the other. */
  private static double bare(String url) throws Exception {
    try (Connection connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      if (url.startsWith("jdbc:sqlite:")) {
        statement.execute("PRAGMA journal_mode = WAL");
        statement.execute("PRAGMA synchronous = FULL");
      }
      statement.execute(
          "CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, value %s)"
              .formatted(url.startsWith("jdbc:sqlite:") ? "BLOB" : "BYTEA"));
      statement.execute("DELETE FROM bare");
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO bare (id, value) VALUES (?, ?)")) {
        for (int w = 0; w < WRITERS; w++) {
          insert.setInt(1, w);
          insert.setBytes(2, VALUE);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      connection.commit();
      long done = 0;
      long begin = System.nanoTime();
      try (PreparedStatement update =
          connection.prepareStatement("UPDATE bare SET value = ? WHERE id = ?")) {
        while (System.nanoTime() - begin < ROUND.toNanos()) {
          for (int w = 0; w < WRITERS; w++) {
            update.setBytes(1, VALUE);
            update.setInt(2, w);
            update.addBatch();
          }
          update.executeBatch();
          connection.commit();
          done += WRITERS;
        }
      }
      return done * 1e9 / (System.nanoTime() - begin);
    }
  }

  private static double store(StateStore store) throws Exception {
    Fence fence = new Fence(1, System.nanoTime());
    return rate(
        w -> {
          StateKey key =
              new StateKey("load", new AddressableReference("Load", Key.of((long) w)), "value");
          AtomicLong version = new AtomicLong(store.claim(key, fence).version());
          return () -> version.set(store.write(key, version.get(), fence, Optional.of(VALUE)));
        });
  }

  private static double rate(IntFunction<Runnable> writes) throws Exception {
    AtomicLong done = new AtomicLong();
    long begin = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int w = 0; w < WRITERS; w++) {
        Runnable write = writes.apply(w);
        var _ =
            threads.submit(
                () -> {
                  while (System.nanoTime() - begin < ROUND.toNanos()) {
                    write.run();
                    done.incrementAndGet();
                  }
                });
      }
    }
    return done.get() * 1e9 / (System.nanoTime() - begin);
  }
}
