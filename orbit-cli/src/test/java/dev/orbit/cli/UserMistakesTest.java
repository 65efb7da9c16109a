package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mistake gets one or two lines that say what to do, and an exit code for scripts. */
class UserMistakesTest {
  @TempDir private Path directory;

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments("", ExitCodes.USAGE, "orbit needs a command: dev, node, cluster, actor"),
        arguments("nonsense", ExitCodes.USAGE, "nonsense"),
        arguments("node", ExitCodes.USAGE, "orbit node needs a command: ls, stop, kill, start"),
        arguments("node ls", ExitCodes.NOT_RUNNING, "orbit dev --nodes 3 --demo bank"),
        arguments("node ls -o yaml", ExitCodes.USAGE, "yaml"),
        arguments("node kill", ExitCodes.USAGE, "NAME"),
        arguments("node kill n1", ExitCodes.NOT_RUNNING, "no cluster is running"),
        arguments("node start n1", ExitCodes.NOT_RUNNING, "no cluster is running"),
        arguments("cluster status", ExitCodes.NOT_RUNNING, "no cluster is running"),
        arguments("actor call a/b m", ExitCodes.NOT_RUNNING, "no cluster is running"),
        arguments("actor call a/b m bare", ExitCodes.USAGE, "argument 1 is not JSON: bare"),
        arguments("actor call a/b m 1 {", ExitCodes.USAGE, "argument 2 is not JSON: {"),
        arguments("actor call a/b m 1,2", ExitCodes.USAGE, "argument 1 is not JSON"),
        arguments("actor call /b m", ExitCodes.USAGE, "write TYPE/KEY"),
        arguments("actor call a/b m --key-type int32", ExitCodes.USAGE, "'b' is no int32"),
        arguments("actor call a/9999999999 m --key-type int32", ExitCodes.USAGE, "is no int32"),
        arguments("actor call a/b", ExitCodes.USAGE, "METHOD"),
        arguments("actor call a/b m --timeout soon", ExitCodes.USAGE, "45s"),
        arguments("dev --demo casino", ExitCodes.USAGE, "there are: bank, hello"),
        arguments("dev --nodes 0", ExitCodes.USAGE, "allowed are 1 to 16"),
        arguments("dev --nodes 17", ExitCodes.USAGE, "allowed are 1 to 16"),
        arguments("dev --nodes many", ExitCodes.USAGE, "many"),
        arguments("dev --load -1", ExitCodes.USAGE, "allowed are 0 to 100000"),
        arguments("dev --demo hello --load 5", ExitCodes.USAGE, "leave --load out"),
        arguments("dev --duration 0s", ExitCodes.USAGE, "--duration"),
        arguments("dev --duration later", ExitCodes.USAGE, "45s"),
        arguments("dev --port-base 70000", ExitCodes.USAGE, "allowed are 1 to"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void isToldInALineOrTwoWhatToDo(String line, int exitCode, String message) {
    boolean takesDirectory = line.split(" ").length > 1 || line.equals("dev");
    String[] words = line.isEmpty() ? new String[0] : line.split(" ");
    String[] args =
        takesDirectory
            ? Stream.concat(Stream.of(words), Stream.of("--data-dir", directory.toString()))
                .toArray(String[]::new)
            : words;

    Cli cli = Cli.run(args);

    assertThat(cli.exitCode()).isEqualTo(exitCode);
    assertThat(cli.err()).startsWith("orbit: ").contains(message).doesNotContain("\tat ");
    assertThat(cli.err().lines()).hasSizeLessThanOrEqualTo(2);
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void aTakenPortIsNamedBeforeAnythingIsStarted() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral(Ports.HOST))) {
      int base = taken.getLocalPort();

      Cli cli =
          Cli.run("dev", "--port-base", "" + base, "--data-dir", directory.resolve("d").toString());

      assertThat(cli.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(cli.err()).contains("port " + base).contains("--port-base");
      assertThat(directory.resolve("d/cluster.json")).doesNotExist();
    }
  }

  @Test
  void aDirectoryOfARunningClusterIsLeftAlone() {
    DataDirectory used = new DataDirectory(directory);
    Json.writeFile(used.clusterFile(), running());
    try (FileClaim _ = FileClaim.of(used.lockFile()).orElseThrow()) {

      Cli cli = Cli.run("dev", "--data-dir", directory.toString());

      assertThat(cli.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(cli.err())
          .contains("belongs to a running cluster")
          .contains("pid " + ProcessHandle.current().pid())
          .contains("--data-dir");
    }
  }

  @Test
  void aDirectoryOfAnotherSizeOrDemoIsLeftAlone() {
    Json.writeFile(
        new DataDirectory(directory).clusterFile(),
        running().with(ClusterFile.State.STOPPED, running().nodes()));

    Cli size = Cli.run("dev", "--nodes", "3", "--data-dir", directory.toString());
    Cli demo = Cli.run("dev", "--nodes", "1", "--demo", "hello", "--data-dir", "" + directory);

    assertThat(size.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(size.err()).contains("--nodes 1");
    assertThat(demo.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(demo.err()).contains("--demo bank");
  }

  @Test
  void anUnknownNodeIsToldWithThoseThereAre() {
    Json.writeFile(new DataDirectory(directory).clusterFile(), running());

    Cli kill = Cli.run("node", "kill", "n9", "--data-dir", directory.toString());
    Cli start = Cli.run("node", "start", "n9", "--data-dir", directory.toString());

    assertThat(List.of(kill.exitCode(), start.exitCode())).containsOnly(ExitCodes.USAGE);
    assertThat(kill.err()).contains("there is no node 'n9'; there are: n1");
    assertThat(start.err()).contains("there is no node 'n9'; there are: n1");
  }

  @Test
  void aNodeThatDoesNotRunIsNotKilled() {
    Json.writeFile(new DataDirectory(directory).clusterFile(), running());

    Cli cli = Cli.run("node", "kill", "n1", "--data-dir", directory.toString());

    assertThat(cli.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("orbit node start n1");
  }

  @Test
  void anotherProcessUnderTheNodesOldPidIsNotKilled() throws IOException {
    DataDirectory used = new DataDirectory(directory);
    Json.writeFile(used.clusterFile(), running());
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      ProcessMark now = ProcessMark.of(other.toHandle());
      ProcessMark old = new ProcessMark(now.pid(), now.startedMillis() - 3_600_000);
      Json.writeFile(
          used.nodeFile("n1"), new NodeFile("n1", old, NodeFile.State.READY, null, null, null));

      Cli cli = Cli.run("node", "kill", "n1", "--data-dir", directory.toString());

      assertThat(cli.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void aCallWithoutAReadyNodeSaysHowToStartOne() {
    Json.writeFile(new DataDirectory(directory).clusterFile(), running());

    Cli cli = Cli.run("actor", "call", "a/b", "m", "--data-dir", directory.toString());

    assertThat(cli.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("orbit node start n1");
  }

  @Test
  void anUnreadableClusterFileIsNamed() throws IOException {
    Files.writeString(new DataDirectory(directory).clusterFile(), "{ half of");

    Cli cli = Cli.run("node", "ls", "--data-dir", directory.toString());

    assertThat(cli.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("cluster.json").contains("remove it");
  }

  /** A cluster of one stopped node whose orbit dev is this test. */
  private static ClusterFile running() {
    return new ClusterFile(
        "dev",
        "bank",
        ClusterFile.State.RUNNING,
        ProcessMark.current(),
        List.of(NodeRow.notStarted(new NodeSpec("n1", "127.0.0.1:1", "127.0.0.1:2"))));
  }
}
