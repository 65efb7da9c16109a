package dev.orbit.testkit.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.StateStore;
import dev.orbit.runtime.state.JdbcStateStore;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import dev.orbit.testkit.state.StoppablePostgres;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL server is stopped and started again while actors keep their state in it. */
@Timeout(180)
class PostgresOutageIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int LEDGERS = 10;
  private static final int WRITERS = 4;

  private final Map<String, Boolean> acknowledged = new ConcurrentHashMap<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();
  private final CountDownLatch finished = new CountDownLatch(1);

  @Test
  void whileItIsStoppedCallsSaySoAndWhenItIsBackNothingAcknowledgedIsLost(@TempDir Path directory)
      throws Exception {
    try (StoppablePostgres server = new StoppablePostgres(directory);
        SystemEnvironment environment = new SystemEnvironment();
        StateStore store =
            JdbcStateStore.postgresql(environment, server.config(Duration.ofSeconds(1)));
        Cluster cluster =
            ClusterConfig.builder()
                .nodes(1)
                .actors(LedgerActor.class)
                .customizer((name, node) -> node.stateStore(store))
                .start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        writers.add(threads.submit(() -> write(cluster, writer)));
      }
      try {
        interrupt(server, cluster);
      } finally {
        // Else the writers, and with them this test, would never end.
        finished.countDown();
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      assertThat(cluster.actors().get(Ledger.class, "fresh").add("first")).isEqualTo(1);
      compare(cluster);
    }
  }

  private void interrupt(StoppablePostgres server, Cluster cluster) {
    Ledger active = cluster.actors().get(Ledger.class, "active");
    assertThat(active.add("before")).isEqualTo(1);
    awaitMore(answers, 100);
    server.stop();
    assertThatThrownBy(() -> untilItIsSurelyNotWritten(active))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("ORBIT-6001")
        .hasMessageContaining("jdbc:postgresql://127.0.0.1");
    assertThatThrownBy(() -> cluster.actors().get(Ledger.class, "fresh").add("first"))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("ORBIT-6001");
    awaitMore(refusals, 1);
    server.start();
    awaitMore(answers, 100);
  }

  private static void awaitMore(AtomicInteger counted, int more) {
    int enough = counted.get() + more;
    await().atMost(SOON).until(() -> counted.get() >= enough);
  }

  /** The first write may find a connection of which nobody knows yet that it is broken. */
  private static void untilItIsSurelyNotWritten(Ledger ledger) {
    for (int i = 0; i < 10; i++) {
      try {
        ledger.add("during-" + i);
      } catch (StorageException e) {
        if (e.code() != ErrorCode.WRITE_OUTCOME_UNKNOWN) {
          throw e;
        }
      }
    }
  }

  private Void write(Cluster cluster, int writer) throws InterruptedException {
    for (int number = 0; finished.getCount() > 0; number++) {
      String entry = writer + "-" + number;
      String key = "ledger-" + Math.floorMod(entry.hashCode(), LEDGERS);
      try {
        cluster.actors().get(Ledger.class, key).add(entry);
        acknowledged.put(entry, true);
        answers.incrementAndGet();
      } catch (OrbitException e) {
        if (isSurelyNotWritten(e)) {
          acknowledged.put(entry, false);
          refusals.incrementAndGet();
        }
        // What is refused at once would else be asked for a million times.
        var _ = finished.await(10, TimeUnit.MILLISECONDS);
      }
    }
    return null;
  }

  private static boolean isSurelyNotWritten(OrbitException failure) {
    return failure instanceof NotExecutedException || failure.getMessage().contains("ORBIT-6001");
  }

  private void compare(Cluster cluster) {
    Map<String, Integer> found = new HashMap<>();
    for (int i = 0; i < LEDGERS; i++) {
      for (String entry : cluster.actors().get(Ledger.class, "ledger-" + i).entries()) {
        found.merge(entry, 1, Integer::sum);
      }
    }
    assertThat(found.values()).as("times").containsOnly(1);
    acknowledged.forEach(
        (entry, written) -> assertThat(found.containsKey(entry)).as(entry).isEqualTo(written));
    assertThat(acknowledged.values()).as("writes while it was stopped").contains(false);
  }
}
