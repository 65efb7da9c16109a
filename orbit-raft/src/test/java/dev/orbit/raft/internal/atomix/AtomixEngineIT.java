package dev.orbit.raft.internal.atomix;

import static dev.orbit.raft.consensus.ConsensusEngineContract.PATIENCE;
import static dev.orbit.raft.consensus.ConsensusEngineContract.awaitApplied;
import static dev.orbit.raft.consensus.ConsensusEngineContract.leader;
import static dev.orbit.raft.consensus.ConsensusEngineContract.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.raft.consensus.ConsensusEngineContract;
import dev.orbit.raft.consensus.EngineGroup;
import dev.orbit.raft.consensus.EngineHealth;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AtomixEngineIT implements ConsensusEngineContract {
  @TempDir Path directory;

  @Override
  public EngineGroup group(int voters) {
    return LoopbackGroup.started(voters, directory, config -> config);
  }

  private static void fill(EngineGroup group, String voter, int commands, int bytes) {
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    String padding = "p".repeat(bytes);
    for (int i = 0; i < commands; i++) {
      byte[] command = (i + padding).getBytes(StandardCharsets.UTF_8);
      answers.add(group.engine(voter).submit(command).toCompletableFuture());
    }
    answers.forEach(CompletableFuture::join);
  }

  private static long logFiles(Path dataDir) throws IOException {
    try (Stream<Path> files = Files.list(dataDir)) {
      return files.filter(file -> file.toString().endsWith(".log")).count();
    }
  }

  private static void empty(Path dataDir) throws IOException {
    try (Stream<Path> files = Files.list(dataDir)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  @Timeout(120)
  void theLogShrinksWhileCommandsComeAndALateVoterGetsTheSnapshot() throws Exception {
    try (LoopbackGroup group =
        LoopbackGroup.started(
            3, directory, config -> config.maxEntryBytes(64 << 10).segmentBytes(128 << 10))) {
      String leader = leader(group, group.voters());
      String late = group.voters().stream().filter(v -> !v.equals(leader)).findFirst().get();
      group.kill(late);
      submit(group.engine(leader), "ballast 3000000");
      fill(group, leader, 1000, 1000);
      long before = logFiles(group.dataDir(leader));

      CompletableFuture<Void> compacted = group.engine(leader).compact().toCompletableFuture();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                submit(group.engine(leader), "while compacting");
                return compacted.isDone();
              });
      long after = logFiles(group.dataDir(leader));
      group.start(late);
      submit(group.engine(late), "ping");

      assertThat(after).isLessThan(before / 2);
      awaitApplied(group, List.of(late), group.machine(leader).size());
      assertThat(group.machine(late).applied()).isEqualTo(group.machine(leader).applied());

      group.voters().forEach(group::kill);
      group.voters().forEach(group::start);
      submit(group.engine(late), "after all");
      int size = group.machine(late).size();
      awaitApplied(group, group.voters(), size);
      assertThat(group.machine(leader).applied()).isEqualTo(group.machine(late).applied());
    }
  }

  @Test
  void aWipedVoterRefusesToStart() throws Exception {
    try (LoopbackGroup group = LoopbackGroup.started(3, directory, config -> config)) {
      leader(group, group.voters());
      submit(group.engine("n1"), "a");
      group.kill("n2");

      empty(group.dataDir("n2"));

      assertThatThrownBy(() -> group.start("n2"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("voter n2 of group 'test' does not start")
          .hasMessageContaining("restore its directory");
      assertThat(submit(group.engine("n1"), "b")).isEqualTo("2:b");
    }
  }

  @Test
  void aVoterWhoseLogWasRemovedRefusesToStart() throws Exception {
    try (LoopbackGroup group = LoopbackGroup.started(1, directory, config -> config)) {
      submit(group.engine("n1"), "a");
      submit(group.engine("n1"), "b");
      group.kill("n1");

      try (Stream<Path> files = Files.list(group.dataDir("n1"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
          Files.delete(file);
        }
      }

      assertThatThrownBy(() -> group.start("n1"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("were acknowledged");
    }
  }

  @Test
  void whatAKillLeavesBehindHoldsEverythingThatWasConfirmed() throws Exception {
    Path image = directory.resolve("image");
    int confirmed;
    try (LoopbackGroup group = LoopbackGroup.started(1, directory.resolve("life"), c -> c)) {
      fill(group, "n1", 200, 100);
      confirmed = group.machine("n1").size();
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> fill(group, "n1", 2000, 100), group.environment().virtualThreads());
      // As a kill does, this stops between two writes; the log last, since it only grows.
      Path copy = Files.createDirectories(image.resolve("n1"));
      for (String name : List.of("identity", "vote", "watermark")) {
        Path file = group.dataDir("n1").resolve(name);
        if (Files.exists(file)) {
          Files.copy(file, copy.resolve(name));
        }
      }
      Files.copy(group.dataDir("n1").resolve("raft-1.log"), copy.resolve("raft-1.log"));
      writing.join();
    }

    try (LoopbackGroup group = LoopbackGroup.started(1, image, c -> c)) {
      submit(group.engine("n1"), "again");

      List<String> applied = group.machine("n1").applied();
      assertThat(applied).hasSizeGreaterThan(confirmed).endsWith("again");
      for (int i = 0; i < confirmed; i++) {
        assertThat(applied.get(i)).startsWith(i + "p");
      }
    }
  }

  @Test
  void aStateMachineThatFailsEndsItsVoter() {
    try (LoopbackGroup group = LoopbackGroup.started(1, directory, config -> config)) {
      submit(group.engine("n1"), "a");

      assertThatThrownBy(() -> submit(group.engine("n1"), "poison")).isNotNull();

      await()
          .atMost(PATIENCE)
          .until(() -> group.engine("n1").health() instanceof EngineHealth.Failed);
      assertThat(group.machine("n1").applied()).containsExactly("a");
    }
  }

  @Test
  void aPeerThatMovedIsFoundAgain() {
    try (LoopbackGroup group = LoopbackGroup.started(3, directory, config -> config)) {
      leader(group, group.voters());
      // A restart takes another port each time.
      for (String voter : group.voters()) {
        group.kill(voter);
        group.start(voter);
        submit(group.engine(voter), "from " + voter);
      }

      awaitApplied(group, group.voters(), 3);
    }
  }
}
