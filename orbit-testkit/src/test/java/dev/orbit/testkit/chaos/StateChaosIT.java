package dev.orbit.testkit.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.Actors;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.state.StateStore;
import dev.orbit.runtime.inspect.IntegrityReport;
import dev.orbit.runtime.state.JdbcStateStore;
import dev.orbit.runtime.state.PostgresConfig;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import dev.orbit.testkit.state.PostgresServer;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes are killed, cut off and started again, and the database loses its connections, while
 * clients write through every node: what was acknowledged is there, once, and no write was accepted
 * from an activation that was outlived.
 */
@Timeout(150)
class StateChaosIT {
  private static final int ACTORS = 40;
  private static final int CLIENTS = 8;

  /** While a node is cut off, every third call of a client waits for so long. */
  private static final Duration CALL = Duration.ofSeconds(4);

  private static final Duration SOON = Duration.ofSeconds(40);

  /** What became of each entry that a client tried to add. */
  private enum Outcome {
    ACKNOWLEDGED,
    REFUSED,
    UNKNOWN
  }

  @Test
  void onSqliteNothingAcknowledgedIsLost(@TempDir Path directory) throws Exception {
    try (SystemEnvironment environment = new SystemEnvironment()) {
      StateStore store = JdbcStateStore.sqlite(environment, directory.resolve("state.db"));
      survives(store, () -> {});
    }
  }

  @Test
  void onPostgresNothingAcknowledgedIsLost() throws Exception {
    PostgresConfig config = PostgresServer.newDatabase();
    try (SystemEnvironment environment = new SystemEnvironment()) {
      StateStore store = JdbcStateStore.postgresql(environment, config);
      survives(store, () -> PostgresServer.breakConnections(config));
    } finally {
      PostgresServer.drop(config);
    }
  }

  private static void survives(StateStore store, Runnable breakStore) throws Exception {
    WitnessedStore witnessed = new WitnessedStore(store);
    Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    try (Cluster cluster =
            ClusterConfig.builder()
                .actors(LedgerActor.class, JournaledLedgerActor.class)
                .customizer((name, node) -> node.stateStore(witnessed).callTimeout(CALL))
                .start();
        witnessed) {
      AtomicBoolean stop = new AtomicBoolean();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> clients = new ArrayList<>();
        for (int c = 0; c < CLIENTS; c++) {
          int client = c;
          clients.add(threads.submit(() -> write(cluster, client, outcomes, stop)));
        }
        try {
          disturb(cluster, breakStore, witnessed);
        } finally {
          // Else the clients, and with them this test, would never end.
          stop.set(true);
        }
        for (Future<?> client : clients) {
          client.get();
        }
      }
      compare(cluster, outcomes);
      IntegrityReport report = cluster.checkIntegrity();
      assertThat(report.isWell()).as("%s", report).isTrue();
    }
    assertThat(witnessed.violations()).isEmpty();
    assertThat(outcomes.values()).filteredOn(Outcome.ACKNOWLEDGED::equals).hasSizeGreaterThan(100);
  }

  private static void disturb(Cluster cluster, Runnable breakStore, WitnessedStore witnessed) {
    awaitWrites(witnessed, 50);
    cluster.kill("node-1");
    cluster.awaitGone("node-1", SOON);
    awaitWrites(witnessed, 50);
    cluster.start("node-1");
    cluster.awaitStable();
    breakStore.run();
    awaitWrites(witnessed, 50);
    cluster.partition("node-2");
    cluster.awaitGone("node-2", SOON);
    awaitWrites(witnessed, 50);
    cluster.heal("node-2");
    cluster.awaitStable();
    breakStore.run();
    cluster.stop("node-3");
    awaitWrites(witnessed, 50);
    cluster.start("node-3");
    cluster.awaitStable();
    awaitWrites(witnessed, 50);
  }

  private static void awaitWrites(WitnessedStore witnessed, long more) {
    long enough = witnessed.writes() + more;
    await().atMost(SOON).until(() -> witnessed.writes() >= enough);
  }

  private static void write(
      Cluster cluster, int client, Map<String, Outcome> outcomes, AtomicBoolean stop) {
    int number = 0;
    while (!stop.get()) {
      number++;
      String entry = client + "-" + number;
      int actor = Math.floorMod(entry.hashCode(), ACTORS);
      List<String> names = cluster.running();
      try {
        String through = names.get(Math.floorMod(number, names.size()));
        ledger(cluster.actors(through), actor).add(entry);
        outcomes.put(entry, Outcome.ACKNOWLEDGED);
      } catch (NotExecutedException | IllegalArgumentException e) {
        // Not run, or the node was taken away before it was asked.
        outcomes.put(entry, Outcome.REFUSED);
      } catch (OrbitException e) {
        // Also an actor that failed because its write did.
        outcomes.put(entry, Outcome.UNKNOWN);
      }
    }
  }

  /** Every other one keeps a journal. */
  private static Ledger ledger(Actors actors, int number) {
    Class<? extends Ledger> contract = number % 2 == 0 ? Ledger.class : Ledger.Journaled.class;
    return actors.get(contract, "ledger-" + number);
  }

  private static void compare(Cluster cluster, Map<String, Outcome> outcomes) {
    Map<String, Integer> found = new ConcurrentHashMap<>();
    for (int i = 0; i < ACTORS; i++) {
      for (String entry : ledger(cluster.actors(), i).entries()) {
        found.merge(entry, 1, Integer::sum);
      }
    }
    assertThat(found.values()).as("entries that are there twice").allMatch(times -> times == 1);
    outcomes.forEach(
        (entry, outcome) -> {
          switch (outcome) {
            case ACKNOWLEDGED -> assertThat(found).as("acknowledged").containsKey(entry);
            case REFUSED -> assertThat(found).as("refused").doesNotContainKey(entry);
            case UNKNOWN -> {}
          }
        });
  }
}
