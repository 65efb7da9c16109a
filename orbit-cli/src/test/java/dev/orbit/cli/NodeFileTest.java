package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFileTest {
  private static final ProcessMark MARK = new ProcessMark(4711, 1_790_000_000_000L);

  private static final NodeFile FULL =
      new NodeFile(
          "n1",
          MARK,
          NodeFile.State.READY,
          "it said \"no\"\n\tin C:\\orbit, fünf mal",
          new NodeFile.Report(7, true, 1L << 40, 3, 86, 85, 12, "n2"),
          new NodeFile.Drain(1, 2, 3, 4, 5));

  private static final NodeFile EMPTY =
      new NodeFile("n1", MARK, NodeFile.State.STARTING, null, null, null);

  @Test
  void isWrittenAsAnyOtherValueWouldBe() {
    NodeFile noLeader =
        new NodeFile(
            "n1",
            MARK,
            NodeFile.State.NOT_READY,
            null,
            new NodeFile.Report(0, false, 0, 0, 0, 0, 0, null),
            null);

    assertThat(FULL.text()).isEqualTo(Json.pretty(FULL));
    assertThat(EMPTY.text()).isEqualTo(Json.pretty(EMPTY));
    assertThat(noLeader.text()).isEqualTo(Json.pretty(noLeader));
  }

  @Test
  void isReadAsItWasWritten(@TempDir Path root) {
    Path file = root.resolve("new").resolve("node.json");

    WholeFile.replace(file, EMPTY.text());
    WholeFile.replace(file, FULL.text());

    assertThat(Json.readFile(file, NodeFile.class)).contains(FULL);
    assertThat(file.getParent()).isDirectoryContaining("glob:**/node.json");
    assertThat(file.getParent().toFile().list()).containsExactly("node.json");
  }
}
