package dev.orbit.testkit.consensus;

import static dev.orbit.testkit.consensus.GroupUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.internal.atomix.AtomixEngine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a voter does with what it finds in its directory, as the operations page on voters says, and
 * how a lost one is replaced.
 */
@Timeout(120)
class LostVoterIT {
  @TempDir Path directory;
  private LoopbackGroup loopback;
  private GroupUnderTest<RecordingMachine> group;
  private String leader;
  private String lost;

  @BeforeEach
  void found() {
    loopback =
        new LoopbackGroup(
            3, directory, config -> config.maxEntryBytes(16 << 10).segmentBytes(64 << 10));
    group = LoopbackGroup.recording(loopback);
    leader = group.leader();
    lost = group.others(leader).getFirst();
    for (int i = 0; i < 100; i++) {
      var _ = group.submitted(leader, i + "p".repeat(1000));
    }
    group.submit(leader, "last");
    until(() -> group.machine(lost).size() == 101, "%s lags behind".formatted(lost));
    group.kill(lost);
  }

  @AfterEach
  void end() {
    group.close();
  }

  private static void empty(Path dataDir) {
    try (Stream<Path> files = Files.list(dataDir)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(String name) {
    return loopback.dataDir(lost).resolve(name);
  }

  private static void damage(Path file, long position) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(position);
      int before = bytes.read();
      bytes.seek(position);
      bytes.write(before ^ 0xff);
    }
  }

  private AtomixEngine replace() {
    RecordingMachine machine = new RecordingMachine();
    loopback.replace(lost, machine);
    until(
        () -> machine.size() >= group.machine(leader).size(), "%s learns nothing".formatted(lost));
    assertThat(machine.applied()).isEqualTo(group.machine(leader).applied());
    return loopback.engine(lost);
  }

  private static void assertRefused(ThrowingCallable start, String... words) {
    assertThatThrownBy(start)
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.VOTER_REFUSED))
        .hasMessageContainingAll(words);
  }

  @Test
  void aWipedVoterRefusesToStartAndSaysWhatToDo() {
    empty(loopback.dataDir(lost));

    assertRefused(
        () -> group.start(lost),
        "voter %s of group 'test' does not start".formatted(lost),
        "emptied or exchanged",
        "replace-voter=true");
    assertRefused(() -> group.start(lost), "emptied or exchanged");
    assertThat(group.submit(leader, "b")).isEqualTo("102:b");
  }

  @Test
  void aVoterThatIsWipedWhileAllOthersAreAwayTakesNoPartAndStopsWhenOneComesBack() {
    String third = group.others(leader).stream().filter(v -> !v.equals(lost)).findFirst().get();
    group.killAll();
    empty(loopback.dataDir(lost));

    group.start(lost);
    EngineHealth alone = group.engine(lost).health();
    assertThatThrownBy(() -> group.submit(lost, "new world"))
        .hasCauseInstanceOf(NotExecutedException.class)
        .hasMessageContaining("waits for voters");
    group.start(leader);
    until(
        () -> group.engine(lost).health() instanceof EngineHealth.Failed,
        "the wiped voter does not stop");

    assertThat(alone)
        .isInstanceOfSatisfying(
            EngineHealth.Waiting.class,
            waiting -> assertThat(waiting.reason()).contains("has no store of before"));
    group.start(third);
    assertThat(group.submit(third, "b")).isEqualTo("102:b");
    group.kill(lost);
    loopback.replace(lost, new RecordingMachine());
  }

  @Test
  void aWipedVoterThatIsReplacedLearnsEverythingAndVotesAgain() {
    empty(loopback.dataDir(lost));

    AtomixEngine replaced = replace();
    String third = group.others(leader).stream().filter(v -> !v.equals(lost)).findFirst().get();
    awaitVotes(replaced);
    group.kill(leader);
    until(
        () ->
            replaced.leadership().leader().isPresent()
                && !replaced.leadership().leader().get().equals(leader),
        "the replaced voter elects nobody");

    assertThat(group.submit(third, "after")).isEqualTo("102:after");
    group.start(leader);
    loopback.kill(lost);
    RecordingMachine again = new RecordingMachine();
    loopback.start(lost, again);
    until(() -> again.size() == 102, "the replaced voter does not come back by itself");
  }

  /** It says so in a file that only it writes. */
  private void awaitVotes(AtomixEngine replaced) {
    until(() -> replaced.health() instanceof EngineHealth.Serving, "%s serves not".formatted(lost));
    until(this::isFull, "%s does not catch up".formatted(lost));
  }

  private boolean isFull() {
    try {
      return loopback.isFull(lost);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aReplacedVoterIsSentTheSnapshotThatItsLostStoreHad() throws Exception {
    String third = group.others(leader).stream().filter(v -> !v.equals(lost)).findFirst().get();
    group.compact(leader).join();
    group.start(lost);
    until(() -> group.machine(lost).size() == 101, "%s lags behind".formatted(lost));
    group.kill(lost);
    empty(loopback.dataDir(lost));

    replace();

    assertThat(group.submit(third, "after")).isEqualTo("102:after");
    until(this::isFull, "%s does not catch up".formatted(lost));
  }

  @Test
  void theLostStoreIsNotHeardAnyMoreWhenItTurnsUpAgain() throws Exception {
    Path kept = directory.resolve("kept");
    Files.move(loopback.dataDir(lost), kept);
    replace();
    loopback.kill(lost);
    empty(loopback.dataDir(lost));
    try (Stream<Path> files = Files.list(kept)) {
      for (Path file : files.toList()) {
        Files.copy(file, loopback.dataDir(lost).resolve(file.getFileName()));
      }
    }

    try {
      group.start(lost);
      until(
          () -> group.engine(lost).health() instanceof EngineHealth.Failed,
          "the lost store is heard again");
    } catch (ConfigurationException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.VOTER_REFUSED);
    }

    assertThat(group.submit(leader, "b")).isEqualTo("102:b");
  }

  @Test
  void withoutAMajorityThatKnowsNobodyIsReplaced() {
    String third = group.others(leader).stream().filter(v -> !v.equals(lost)).findFirst().get();
    group.kill(third);
    empty(loopback.dataDir(lost));
    empty(loopback.dataDir(third));

    loopback.replace(third, new RecordingMachine());
    loopback.replace(lost, new RecordingMachine());
    until(
        () ->
            loopback.engine(lost).health() instanceof EngineHealth.Waiting waiting
                && waiting.reason().contains("only 1 of 3 voters"),
        "a group that lost its majority goes on");

    assertThatThrownBy(() -> group.submit(leader, "lost")).isNotNull();
  }

  @Test
  void aDamagedMiddleOfTheLogIsRefusedAndNothingIsDeleted() throws Exception {
    List<Path> before;
    try (Stream<Path> files = Files.list(loopback.dataDir(lost))) {
      before = files.filter(f -> f.toString().endsWith(".log")).sorted().toList();
    }
    damage(before.getFirst(), 20_000);

    assertRefused(() -> group.start(lost), "its log is damaged", "is sound up to entry");
    assertThat(before).hasSizeGreaterThan(1).allMatch(Files::exists);
    empty(loopback.dataDir(lost));
    replace();
  }

  @Test
  void aTornTailIsCutOffAndComesFromTheOthers() throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.list(loopback.dataDir(lost))) {
      files = all.filter(f -> f.toString().endsWith(".log")).sorted().toList();
    }
    // What was never confirmed lies behind the end: a write that a crash of the machine tore.
    try (RandomAccessFile bytes = new RandomAccessFile(files.getLast().toFile(), "rw")) {
      byte[] content = new byte[(int) bytes.length()];
      bytes.readFully(content);
      int end = content.length;
      while (content[end - 1] == 0) {
        end--;
      }
      bytes.seek(end + 16);
      bytes.write(new byte[] {0, 0, 1, 0, 7, 7, 7, 7, 1, 2, 3});
    }

    group.start(lost);

    assertThat(group.submit(lost, "b")).isEqualTo("102:b");
    until(() -> group.machine(lost).size() == 102, "%s lags behind".formatted(lost));
  }

  @Test
  void aLogThatWasCutOffIsRefused() throws Exception {
    try (Stream<Path> files = Files.list(loopback.dataDir(lost))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
        Files.delete(file);
      }
    }

    assertRefused(() -> group.start(lost), "were acknowledged", "cut off or damaged");
  }

  @Test
  void aTornFileOfVotesIsRefused() throws Exception {
    String name = "vote";
    byte[] content =
        Files.exists(file(name))
            ? Files.readAllBytes(file(name))
            : Files.readAllBytes(file("identity"));
    Files.write(file(name), Arrays.copyOf(content, content.length - 3));

    assertRefused(() -> group.start(lost), "vote is damaged", "replace-voter=true");
    empty(loopback.dataDir(lost));
    replace();
  }

  @Test
  void aTornIdentityIsRefused() throws Exception {
    byte[] content = Files.readAllBytes(file("identity"));
    Files.write(file("identity"), Arrays.copyOf(content, content.length / 2));

    assertRefused(() -> group.start(lost), "identity is damaged");
  }

  @Test
  void whatAtomixKeepsOfItsTermIsNotTrusted() throws Exception {
    try (Stream<Path> files = Files.list(loopback.dataDir(lost))) {
      for (Path file : files.filter(f -> f.toString().matches(".*\\.(meta|conf)")).toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }

    group.start(lost);

    assertThat(group.submit(lost, "b")).isEqualTo("102:b");
  }

  @Test
  void aTruncatedSnapshotIsRefused() throws Exception {
    group.start(lost);
    until(() -> group.machine(lost).size() == 101, "%s lags behind".formatted(lost));
    group.compact(lost).join();
    group.kill(lost);
    List<Path> snapshots;
    try (Stream<Path> all = Files.list(loopback.dataDir(lost))) {
      snapshots = all.filter(f -> f.toString().endsWith(".snapshot")).toList();
    }
    for (Path snapshot : snapshots) {
      byte[] content = Files.readAllBytes(snapshot);
      Files.write(snapshot, Arrays.copyOf(content, content.length / 2));
    }

    assertThat(snapshots).isNotEmpty();
    assertRefused(() -> group.start(lost), "its log is damaged", "the snapshot is cut off");
    assertThat(group.submit(leader, "b")).isEqualTo("102:b");
  }
}
