package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The steps of the operations page on voters, with processes and their directories. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LostVoterFaultIT {
  @TempDir private Path directory;

  @BeforeAll
  static void rehearse() throws Exception {
    CliProcess.rehearse();
  }

  @Test
  void aVoterThatLostItsDirectoryRefusesToStartAndIsReplacedOnTheOperatorsWord() throws Exception {
    try (CliProcess dev =
        CliProcess.start(
            directory, "dev", "--nodes", "3", "--demo", "bank", "--load", "20", "-o", "json")) {
      dev.awaitEvent("ready", Duration.ofMinutes(1));
      Path raft = new DataDirectory(directory).nodeDirectory("n2").resolve("raft");
      Cli kill = CliProcess.run(directory, "node", "kill", "n2");
      empty(raft);

      Cli refused = CliProcess.run(directory, "node", "start", "n2");
      Cli replaced = CliProcess.run(directory, "node", "start", "n2", "--replace");
      Cli killAgain = CliProcess.run(directory, "node", "kill", "n2");
      Cli again = CliProcess.run(directory, "node", "start", "n2");
      Cli status = CliProcess.run(directory, "cluster", "status");

      assertThat(refused.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(refused.err())
          .contains("ORBIT-5004", "voter n2 of group 'dev' does not start", "replace-voter=true");
      for (Cli cli : List.of(kill, replaced, killAgain, again, status)) {
        assertThat(cli.exitCode()).as(cli.toString()).isEqualTo(ExitCodes.OK);
      }
      assertThat(status.out()).contains("3 of 3 nodes ready");
    }
  }

  private static void empty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}
