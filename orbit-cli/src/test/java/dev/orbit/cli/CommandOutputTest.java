package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandOutputTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir private Path directory;

  /** Of two nodes, n1 runs (as this test's process) and leads; n2 was killed. */
  @BeforeEach
  void aClusterOfWhichOneNodeIsDead() {
    DataDirectory data = new DataDirectory(directory);
    Json.writeFile(
        data.clusterFile(),
        new ClusterFile(
            "dev",
            "bank",
            ClusterFile.State.RUNNING,
            ProcessMark.current(),
            List.of(
                NodeRow.notStarted(new NodeSpec("n1", "127.0.0.1:7001", "127.0.0.1:7101")),
                NodeRow.notStarted(new NodeSpec("n2", "127.0.0.1:7002", null)))));
    NodeFile.Report report = new NodeFile.Report(5, true, 7, 2, 512, 512, 40, "n1");
    Json.writeFile(
        data.nodeFile("n1"),
        new NodeFile("n1", ProcessMark.current(), NodeFile.State.READY, null, report, null));
    ProcessMark gone = new ProcessMark(Integer.MAX_VALUE, 1);
    Json.writeFile(
        data.nodeFile("n2"), new NodeFile("n2", gone, NodeFile.State.READY, null, report, null));
  }

  @Test
  void nodesAreListedWithTheirStateAsItIsNow() {
    Cli cli = Cli.run("node", "ls", "--data-dir", directory.toString());

    assertThat(cli.exitCode()).isEqualTo(ExitCodes.OK);
    assertThat(cli.out().lines())
        .containsExactly(
            "NODE  PID%s  GRPC            RAFT            STATE".formatted(" ".repeat(pid() - 3)),
            "n1    %d  127.0.0.1:7001  127.0.0.1:7101  ready, leader"
                .formatted(ProcessHandle.current().pid()),
            "n2    -%s  127.0.0.1:7002  -               dead".formatted(" ".repeat(pid() - 1)));
  }

  private static int pid() {
    return Math.max(3, Long.toString(ProcessHandle.current().pid()).length());
  }

  @Test
  void nodesAreListedAsJson() {
    Cli cli = Cli.run("node", "ls", "-o", "json", "--data-dir", directory.toString());

    JsonNode nodes = JSON.readTree(cli.out());
    assertThat(nodes.size()).isEqualTo(2);
    assertThat(nodes.get(0).get("name").asString()).isEqualTo("n1");
    assertThat(nodes.get(0).get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(nodes.get(0).get("leader").asBoolean()).isTrue();
    assertThat(nodes.get(1).get("state").asString()).isEqualTo("dead");
  }

  @Test
  void theStatusOfAClusterWithADeadNodeIsAFailure() {
    Cli text = Cli.run("cluster", "status", "--data-dir", directory.toString());
    Cli json = Cli.run("cluster", "status", "-o", "json", "--data-dir", directory.toString());

    assertThat(List.of(text.exitCode(), json.exitCode())).containsOnly(ExitCodes.FAILED);
    assertThat(text.out()).contains("1 of 2 nodes ready").contains("512 of 512");
    assertThat(JSON.readTree(json.out()).get("healthy").asBoolean()).isFalse();
    assertThat(JSON.readTree(json.out()).get("leader").asString()).isEqualTo("n1");
  }

  @Test
  void helpListsEveryCommandAndExitCode() {
    Cli cli = Cli.run("--help");

    assertThat(cli.exitCode()).isEqualTo(ExitCodes.OK);
    assertThat(cli.out()).contains("dev", "node", "cluster", "actor", "Exit codes:");
  }

  @ParameterizedTest
  @CsvSource({"45, PT45S", "45s, PT45S", "2m, PT2M", "500ms, PT0.5S", "1h, PT1H", "PT3S, PT3S"})
  void durationsAreReadAsPeopleTypeThem(String typed, Duration meant) {
    assertThat(new DurationConverter().convert(typed)).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({
    "a.B/c, STRING, a.B, c, STRING",
    "a.B/c/d, STRING, a.B, c/d, STRING",
    "a.B/7, INT64, a.B, 7, INT64",
    "a.B, STRING, a.B, '', NONE"
  })
  void actorsAreNamedByTypeAndKey(
      String typed, ActorAddress.Kind asked, String type, String key, ActorAddress.Kind kind) {
    assertThat(ActorAddress.parse(typed, asked)).isEqualTo(new ActorAddress(type, key, kind));
  }
}
