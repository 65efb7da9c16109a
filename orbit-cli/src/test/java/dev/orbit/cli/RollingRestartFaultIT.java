package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An upgrade as operators do it: each node is told to end, and started again, under load. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RollingRestartFaultIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final List<String> NODES = List.of("n1", "n2", "n3");

  @TempDir private Path directory;

  @BeforeAll
  static void rehearse() throws Exception {
    CliProcess.rehearse();
  }

  @Test
  void noCallFailsWhileEachNodeIsEndedBySigtermAndStartedAgain() throws Exception {
    try (CliProcess dev =
        CliProcess.start(
            directory, "dev", "--nodes", "3", "--demo", "bank", "--load", "200", "-o", "json")) {
      dev.awaitEvent("ready", PATIENCE);
      awaitMore(dev, 400);

      for (String node : NODES) {
        Cli stop = CliProcess.run(directory, "node", "stop", node, "-o", "json");
        assertThat(stop.exitCode()).as(stop.toString()).isEqualTo(ExitCodes.OK);
        JsonNode drain = JsonMapper.shared().readTree(stop.out()).get("drain");
        System.out.println("[figures] " + node + ": " + drain);
        assertThat(drain.get("moved").asInt()).isPositive();
        assertThat(drain.get("abandoned").asInt()).isZero();
        assertThat(drain.get("rejected").asLong()).as(drain.toString()).isZero();
        awaitMore(dev, 200);
        Cli start = CliProcess.run(directory, "node", "start", node);
        assertThat(start.exitCode()).as(start.toString()).isEqualTo(ExitCodes.OK);
        awaitMore(dev, 200);
      }
      dev.signal("TERM");
      JsonNode summary = dev.awaitEvent("summary", Duration.ofMinutes(2));

      JsonNode load = summary.get("load");
      System.out.println("[figures] load: " + load);
      System.out.println("[figures] verdict: " + summary.get("verdict"));
      assertThat(load.get("notExecuted").asLong()).as(load.toString()).isZero();
      assertThat(load.get("unknown").asLong()).as(load.toString()).isZero();
      assertThat(load.get("failed").asLong()).as(load.toString()).isZero();
      assertThat(load.get("overdue").asLong()).as(load.toString()).isZero();
      assertThat(load.get("acknowledged").asLong()).isGreaterThan(1_600);
      assertThat(summary.get("balances").asBoolean()).as(summary.toString()).isTrue();
      assertThat(dev.exitCode(PATIENCE)).isEqualTo(ExitCodes.OK);
    }
  }

  /** The load goes on, with nobody waiting. */
  private static void awaitMore(CliProcess dev, long operations) {
    long before = figure(dev, "acknowledged");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                figure(dev, "acknowledged") >= before + operations
                    && figure(dev, "waitingAccounts") == 0);
  }

  private static long figure(CliProcess dev, String name) {
    return dev.event("progress").map(e -> e.get("load").get(name).asLong()).orElse(0L);
  }
}
