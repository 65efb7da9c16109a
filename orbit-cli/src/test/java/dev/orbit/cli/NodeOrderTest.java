package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeOrderTest {
  private static final DataDirectory DIRECTORY = new DataDirectory(Path.of("/data with spaces"));

  private static ClusterFile cluster() {
    return new ClusterFile(
        "dev",
        "bank",
        ClusterFile.State.STARTING,
        new ProcessMark(12, 34),
        List.of(
            NodeRow.notStarted(new NodeSpec("n1", "127.0.0.1:1", "127.0.0.1:11")),
            NodeRow.notStarted(new NodeSpec("n2", "127.0.0.1:2", null))));
  }

  @Test
  void aNodeReadsWhatItsLauncherWrote() {
    NodeOrder written =
        NodeOrder.of(cluster(), cluster().nodes().getLast().spec(), DIRECTORY, true)
            .withMetrics(new Endpoint("127.0.0.1", 9));

    NodeOrder read = NodeOrder.read(written.arguments()).orElseThrow();

    assertThat(read).isEqualTo(written);
    assertThat(read.name()).isEqualTo("n2");
    assertThat(read.cluster()).isEqualTo("dev");
    assertThat(read.demo()).isEqualTo(Demo.BANK);
    assertThat(read.listen()).isEqualTo(new Endpoint("127.0.0.1", 2));
    assertThat(read.voters()).isEqualTo(Map.of("n1", new Endpoint("127.0.0.1", 11)));
    assertThat(read.directory()).isEqualTo(DIRECTORY);
    assertThat(read.parent()).isEqualTo(new ProcessMark(12, 34));
    assertThat(read.replace()).isTrue();
    assertThat(read.metrics()).contains(new Endpoint("127.0.0.1", 9));
  }

  @Test
  void otherCommandsAreLeftToTheReaderOfCommands() {
    Optional<NodeOrder> order = NodeOrder.read(List.of("node", "start", "n1"));

    assertThat(order).isEmpty();
    assertThat(NodeOrder.read(List.of())).isEmpty();
  }

  @Test
  void whoTypesItIsToldWhatStartsNodes() {
    Cli cli = Cli.run("node", "run", "--name", "n1");

    assertThat(cli.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains("lacks --data-dir", "orbit node start");
  }
}
