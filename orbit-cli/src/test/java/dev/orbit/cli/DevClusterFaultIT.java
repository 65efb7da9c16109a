package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clusters of real processes, killed and ended in every way. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class DevClusterFaultIT {
  private static final Duration LEASE = Duration.ofSeconds(6);
  private static final Duration COLD_START = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path directory;

  @BeforeAll
  static void rehearse() throws Exception {
    CliProcess.rehearse();
  }

  @Test
  void noAcknowledgedMoneyIsLostWhenTheLeaderAndThenAnotherNodeAreKilled() throws Exception {
    try (CliProcess dev = start("--load", "200", "--duration", "45s")) {
      JsonNode ready = dev.awaitEvent("ready", PATIENCE);
      long before = awaitAcknowledged(dev, 500);

      String leader = leader();
      Cli kill = run("node", "kill", leader);
      long afterFirst = awaitAllAccountsServed(dev);
      Cli restart = run("node", "start", leader);
      String other = leader.equals("n1") ? "n2" : "n1";
      Cli second = run("node", "kill", other);
      JsonNode summary = dev.awaitEvent("summary", Duration.ofMinutes(2));
      int exitCode = dev.exitCode(PATIENCE);

      print("ready after", ready.get("millis").asLong() + " ms");
      print("acknowledged before the first kill", before + ", after it " + afterFirst);
      print("killed", leader + " (leader), then " + other);
      print("load", summary.get("load").toString());
      print("verdict", summary.get("verdict").toString());
      assertThat(List.of(kill.exitCode(), restart.exitCode(), second.exitCode()))
          .as(kill.err() + restart.err() + second.err())
          .containsOnly(ExitCodes.OK);
      assertThat(ready.get("millis").asLong()).isLessThan(COLD_START.toMillis());
      JsonNode load = summary.get("load");
      assertThat(load.get("acknowledged").asLong()).isGreaterThan(2_000);
      assertThat(load.get("overdue").asLong()).isZero();
      assertThat(load.get("failed").asLong()).isZero();
      assertThat(load.get("longestAccountGapMillis").asLong())
          .isLessThan(LEASE.multipliedBy(2).toMillis());
      JsonNode verdict = summary.get("verdict");
      assertThat(verdict.get("duplicates").asLong()).isZero();
      assertThat(verdict.get("actualTotal").asLong())
          .isEqualTo(verdict.get("expectedTotal").asLong());
      assertThat(summary.get("balances").asBoolean()).as(verdict.toString()).isTrue();
      assertThat(exitCode).isEqualTo(ExitCodes.OK);
    }
  }

  @Test
  void aNodeThatIsKilledAndStartedAgainComesBackUnderItsOldNameAndPorts() throws Exception {
    try (CliProcess dev = start("--load", "0")) {
      dev.awaitEvent("ready", PATIENCE);
      JsonNode before = node("n2");

      Cli kill = run("node", "kill", "n2");
      JsonNode dead = node("n2");
      Cli start = run("node", "start", "n2");
      JsonNode after = node("n2");

      assertThat(kill.exitCode()).as(kill.err()).isEqualTo(ExitCodes.OK);
      assertThat(dead.get("state").asString()).isEqualTo("dead");
      assertThat(start.exitCode()).as(start.err()).isEqualTo(ExitCodes.OK);
      assertThat(after.get("state").asString()).isEqualTo("ready");
      assertThat(after.get("pid").asLong()).isNotEqualTo(before.get("pid").asLong());
      assertThat(after.get("grpc")).isEqualTo(before.get("grpc"));
      assertThat(after.get("raft")).isEqualTo(before.get("raft"));
      assertThat(run("cluster", "status").exitCode()).isEqualTo(ExitCodes.OK);
    }
  }

  @Test
  void nodesEndWhenTheirDevProcessIsKilled() throws Exception {
    List<ProcessHandle> nodes = new ArrayList<>();
    try (CliProcess dev = start("--load", "0")) {
      dev.awaitEvent("ready", PATIENCE);
      nodes.addAll(nodeProcesses());
      run("node", "kill", "n3");
      run("node", "start", "n3");
      nodes.addAll(nodeProcesses());

      dev.signal("KILL");

      awaitEnd(nodes, Duration.ofSeconds(5));
    }
    Cli status = run("cluster", "status");
    assertThat(status.exitCode()).isEqualTo(ExitCodes.NOT_RUNNING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void aSignalEndsTheLoadComparesTheLedgerAndEndsAllNodes(String signal) throws Exception {
    try (CliProcess dev = start("--load", "100")) {
      dev.awaitEvent("ready", PATIENCE);
      awaitAcknowledged(dev, 100);
      List<ProcessHandle> nodes = nodeProcesses();

      dev.signal(signal);
      int exitCode = dev.exitCode(PATIENCE);

      assertThat(dev.event("summary").orElseThrow().get("balances").asBoolean()).isTrue();
      assertThat(exitCode).isEqualTo(ExitCodes.OK);
      awaitEnd(nodes, Duration.ofSeconds(1));
      assertThat(dev.err()).isEmpty();
    }
  }

  @Test
  void theMoneyIsStillThereWhenTheClusterIsStartedAgain() throws Exception {
    long total;
    try (CliProcess dev = start("--load", "100", "--duration", "3s")) {
      total = dev.awaitEvent("summary", PATIENCE).get("verdict").get("actualTotal").asLong();
      assertThat(dev.exitCode(PATIENCE)).isEqualTo(ExitCodes.OK);
    }

    try (CliProcess dev = start("--load", "1", "--duration", "2s")) {
      JsonNode summary = dev.awaitEvent("summary", PATIENCE);

      assertThat(summary.get("balances").asBoolean()).isTrue();
      assertThat(summary.get("verdict").get("actualTotal").asLong())
          .isBetween(total - 5_000, total + 2_000_000);
      assertThat(dev.exitCode(PATIENCE)).isEqualTo(ExitCodes.OK);
    }
  }

  private CliProcess start(String... options) throws Exception {
    List<String> args =
        new ArrayList<>(List.of("dev", "--nodes", "3", "--demo", "bank", "-o", "json"));
    args.addAll(List.of(options));
    return CliProcess.start(directory, args.toArray(String[]::new));
  }

  private Cli run(String... args) throws Exception {
    return CliProcess.run(directory, args);
  }

  private JsonNode status() throws Exception {
    return JsonMapper.shared().readTree(run("cluster", "status", "-o", "json").out());
  }

  private String leader() throws Exception {
    return status().get("leader").asString();
  }

  private JsonNode node(String name) throws Exception {
    return status()
        .get("nodes")
        .valueStream()
        .filter(node -> node.get("name").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private List<ProcessHandle> nodeProcesses() throws Exception {
    return status()
        .get("nodes")
        .valueStream()
        .map(node -> ProcessHandle.of(node.get("pid").asLong()).orElseThrow())
        .toList();
  }

  private static void awaitEnd(List<ProcessHandle> nodes, Duration bound) {
    Awaitility.await()
        .atMost(bound)
        .untilAsserted(() -> assertThat(nodes).noneMatch(ProcessHandle::isAlive));
  }

  /** Waits until the load is real; returns how much it had done. */
  private static long awaitAcknowledged(CliProcess dev, long atLeast) {
    Awaitility.await().atMost(PATIENCE).until(() -> acknowledged(dev) >= atLeast);
    return acknowledged(dev);
  }

  /** Waits until a dead node was noticed and no account waits any more. */
  private static long awaitAllAccountsServed(CliProcess dev) {
    Awaitility.await().atMost(PATIENCE).until(() -> figure(dev, "longestAccountGapMillis") > 3_000);
    Awaitility.await().atMost(PATIENCE).until(() -> figure(dev, "waitingAccounts") == 0);
    return acknowledged(dev);
  }

  private static long acknowledged(CliProcess dev) {
    return figure(dev, "acknowledged");
  }

  private static long figure(CliProcess dev, String name) {
    return dev.event("progress").map(e -> e.get("load").get(name).asLong()).orElse(0L);
  }

  private static void print(String what, String figure) {
    System.out.println("[figures] " + what + ": " + figure);
  }
}
