package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeStartTest {
  @TempDir private Path root;

  @Test
  void followsWhatTheNodeSaysOfItself() throws IOException, InterruptedException {
    DataDirectory directory = new DataDirectory(root);
    Process process = new ProcessBuilder("sleep", "60").start();
    try {
      NodeStart start = new NodeStart(directory, "n1", process);
      assertThat(start.isReady()).isFalse();

      say(directory, process, NodeFile.State.STARTING);
      assertThat(start.isReady()).isFalse();
      say(directory, process, NodeFile.State.READY);
      assertThat(start.isReady()).isTrue();
      assertThat(start.isReady()).as("nothing was said since").isTrue();
      say(directory, process, NodeFile.State.NOT_READY);
      assertThat(start.isReady()).isFalse();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void noticesThatTheProcessEndedThoughItSaidNothingNew() throws Exception {
    DataDirectory directory = new DataDirectory(root);
    Process process = new ProcessBuilder("sleep", "60").start();
    NodeStart start = new NodeStart(directory, "n1", process);
    say(directory, process, NodeFile.State.STARTING);
    assertThat(start.isReady()).isFalse();

    process.destroyForcibly().waitFor();

    assertThatThrownBy(start::isReady).isInstanceOf(UserError.class);
  }

  private static void say(DataDirectory directory, Process process, NodeFile.State state) {
    ProcessMark mark = ProcessMark.of(process.toHandle());
    Json.writeFile(directory.nodeFile("n1"), new NodeFile("n1", mark, state, null, null, null));
  }
}
