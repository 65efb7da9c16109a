package dev.orbit.testkit.consensus;

import static dev.orbit.testkit.consensus.GroupUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine on disk under the contract, and what only it promises. */
@Timeout(120)
class AtomixEngineIT implements ConsensusEngineContract {
  @TempDir Path directory;

  @Override
  public EngineGroup group(int voters) {
    return new LoopbackGroup(
        voters, directory, config -> config.maxEntryBytes(64 << 10).segmentBytes(256 << 10));
  }

  private static void fill(
      GroupUnderTest<RecordingMachine> group, String voter, int commands, int bytes) {
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

  @Test
  void aLargeSnapshotGivesTheLogBackAndReachesALateVoterWithoutAnElection() throws Exception {
    LoopbackGroup loopback =
        new LoopbackGroup(
            3, directory, config -> config.maxEntryBytes(64 << 10).segmentBytes(128 << 10));
    try (GroupUnderTest<RecordingMachine> group = LoopbackGroup.recording(loopback)) {
      String leader = group.leader();
      String late = group.others(leader).getFirst();
      String third = group.others(leader).getLast();
      group.kill(late);
      group.submit(leader, "ballast 48000000");
      fill(group, leader, 1000, 1000);
      long before = logFiles(loopback.dataDir(leader));
      Queue<Leadership> told = new ConcurrentLinkedQueue<>();
      group.engine(third).onLeadership(told::add);
      group.engine(leader).onLeadership(told::add);

      CompletableFuture<?> compacted = group.compact(leader);
      until(compacted::isDone, "no snapshot");
      long after = logFiles(loopback.dataDir(leader));
      group.start(late);
      until(
          () -> group.machine(late).size() == group.machine(leader).size(),
          "the snapshot did not arrive");

      assertThat(after).isLessThan(before / 2);
      assertThat(group.machine(late).applied()).isEqualTo(group.machine(leader).applied());
      assertThat(told).as("a large snapshot delays no heartbeat").isEmpty();
      assertThat(group.engine(late).leadership().leader()).contains(leader);
    }
  }

  @Test
  void whatAKillLeavesBehindHoldsEverythingThatWasConfirmed() throws Exception {
    Path image = directory.resolve("image");
    int confirmed;
    LoopbackGroup life = new LoopbackGroup(1, directory.resolve("life"), config -> config);
    try (GroupUnderTest<RecordingMachine> group = LoopbackGroup.recording(life)) {
      fill(group, "n1", 200, 100);
      confirmed = group.machine("n1").size();
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> fill(group, "n1", 2000, 100), life.environment().virtualThreads());
      // As a kill does, this stops between two writes; the log last, since it only grows.
      Path copy = Files.createDirectories(image.resolve("n1"));
      for (String name : List.of("identity", "vote", "watermark")) {
        Path file = life.dataDir("n1").resolve(name);
        if (Files.exists(file)) {
          Files.copy(file, copy.resolve(name));
        }
      }
      Files.copy(life.dataDir("n1").resolve("raft-1.log"), copy.resolve("raft-1.log"));
      writing.join();
    }

    LoopbackGroup next = new LoopbackGroup(1, image, config -> config);
    try (GroupUnderTest<RecordingMachine> group = LoopbackGroup.recording(next)) {
      group.submit("n1", "again");

      List<String> applied = group.machine("n1").applied();
      assertThat(applied).hasSizeGreaterThan(confirmed).endsWith("again");
      for (int i = 0; i < confirmed; i++) {
        assertThat(applied.get(i)).startsWith(i + "p");
      }
    }
  }

  @Test
  void aGroupThatIsFoundedOrStartsAgainSitsOutNoElectionTimeout() {
    LoopbackGroup loopback =
        new LoopbackGroup(3, directory, config -> config.electionTimeout(Duration.ofMinutes(1)));
    try (GroupUnderTest<RecordingMachine> group = LoopbackGroup.recording(loopback)) {
      group.submit(group.leader(), "founded");

      group.voters().forEach(group::kill);
      group.voters().forEach(group::start);

      group.submit(group.leader(), "again");
      assertThat(group.machine("n1").applied()).startsWith("founded");
    }
  }

  @Test
  void aStateMachineThatFailsEndsItsVoter() {
    LoopbackGroup loopback = new LoopbackGroup(1, directory, config -> config);
    try (GroupUnderTest<RecordingMachine> group = LoopbackGroup.recording(loopback)) {
      group.submit("n1", "a");

      assertThatThrownBy(() -> group.submit("n1", "poison")).isNotNull();

      until(
          () -> group.engine("n1").health() instanceof EngineHealth.Failed,
          "the voter goes on after an error");
      assertThat(group.machine("n1").applied()).containsExactly("a");
    }
  }

  @Test
  void aPeerThatMovedIsFoundAgain() {
    LoopbackGroup loopback = new LoopbackGroup(3, directory, config -> config);
    try (GroupUnderTest<RecordingMachine> group = LoopbackGroup.recording(loopback)) {
      group.leader();
      // A restart takes another port each time.
      for (String voter : group.voters()) {
        group.kill(voter);
        group.start(voter);
        group.submit(voter, "from " + voter);
      }

      for (String voter : group.voters()) {
        until(() -> group.machine(voter).size() == 3, "voter %s lags behind".formatted(voter));
      }
    }
  }

  @Test
  void twoVotersCannotShareADirectory() {
    LoopbackGroup loopback = new LoopbackGroup(1, directory, config -> config);
    try (GroupUnderTest<RecordingMachine> group = LoopbackGroup.recording(loopback)) {
      group.submit("n1", "a");
      LoopbackGroup other = new LoopbackGroup(1, directory, config -> config);
      try (other) {
        assertThatThrownBy(() -> other.start("n1", new RecordingMachine()))
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("another voter runs on");
      }
      assertThat(group.submit("n1", "b")).isEqualTo("2:b");
    }
  }
}
