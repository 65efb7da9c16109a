package dev.orbit.faults.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.faults.Fault;
import dev.orbit.faults.FaultsRequired;
import dev.orbit.faults.Fleet;
import dev.orbit.faults.Hosts;
import dev.orbit.faults.NodeCommand;
import dev.orbit.faults.NodeProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a voter does whose store was damaged or whose disk fails, while two others go on: it takes
 * no part, says why, and takes part again once its store is as it was.
 */
@Timeout(300)
class DamagedStoreFaultIT {
  private static final int VOTERS = 3;
  private static final int BROKEN = 2;
  private static final Duration BOUND = Duration.ofMinutes(2);

  @TempDir private static Path directory;
  private static final AtomicInteger asked = new AtomicInteger();
  private static Hosts hosts;
  private static Fleet fleet;

  @BeforeAll
  static void open() {
    FaultsRequired.check();
    hosts = Hosts.open(VOTERS, directory);
    fleet = new Fleet(hosts, directory, DamagedStoreFaultIT::command, Map.of());
    fleet.startAll();
  }

  @AfterAll
  static void close() {
    if (fleet != null) {
      fleet.close();
      hosts.close();
    }
  }

  @BeforeEach
  void allAnswer() {
    for (int host = 1; host <= VOTERS; host++) {
      assertAnswers(host);
    }
  }

  private static NodeCommand command(int host) {
    List<String> arguments = new ArrayList<>();
    arguments.add(Integer.toString(host));
    arguments.add(fleet.data(host).toString());
    arguments.add("false");
    arguments.add(directory.resolve("stamps").toString());
    for (int i = 1; i <= VOTERS; i++) {
      arguments.add(hosts.address(i));
    }
    return new NodeCommand(
        "n" + host, AgreementNode.class, arguments, directory.resolve("n" + host + ".log"));
  }

  @Test
  void aWipedVoterRefusesToStart() throws IOException {
    Path kept = stopAndKeep();

    delete(fleet.data(BROKEN));
    Files.createDirectories(fleet.data(BROKEN));

    assertTakesNoPart("was emptied or exchanged");
    restore(kept);
  }

  @Test
  void aLogThatIsDamagedInTheMiddleIsRefused() throws IOException {
    Path kept = stopAndKeep();
    List<Path> logs = begunLogs();
    Path log = logs.getFirst();

    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
      // Far before the end of what is in it: a torn tail is what every crash leaves, and is healed.
      file.seek(1_000);
      file.write(new byte[64]);
    }

    assertTakesNoPart(
        logs.size() > 1 ? log.getFileName() + " is sound up to entry " : "its log ends at entry ");
    restore(kept);
  }

  @Test
  void aTruncatedSnapshotIsNotTakenForTheState() throws IOException {
    // One that was interrupted is no loss: what it stands for is in the log until it is whole.
    await("the log was compacted")
        .atMost(BOUND)
        .until(() -> files("raft-1.", "log").isEmpty() && !files("raft-", ".snapshot").isEmpty());
    Path kept = stopAndKeep();

    for (Path snapshot : files("raft-", ".snapshot")) {
      try (RandomAccessFile file = new RandomAccessFile(snapshot.toFile(), "rw")) {
        // Behind its head, which says that it is whole.
        file.setLength(100);
      }
    }

    assertTakesNoPart(".snapshot: the snapshot is cut off");
    restore(kept);
  }

  @Test
  void aTornRecordOfTheLastVoteIsRefused() throws IOException {
    Path kept = stopAndKeep();

    try (RandomAccessFile file = new RandomAccessFile(registers().resolve("vote").toFile(), "rw")) {
      file.setLength(file.length() - 3);
    }

    assertTakesNoPart(registers().resolve("vote") + " is damaged");
    restore(kept);
  }

  @Test
  void aFullDiskStopsItsVoterWhichComesBackWhenThereIsSpace() {
    int before = fleet.ends().size();
    Fault full = new Fault.FullDisk(BROKEN);

    fleet.begin(full);

    await("the voter ends").atMost(BOUND).until(() -> fleet.ends().size() > before);
    assertStopped(
        fleet.ends().get(before),
        "stops for good: |cannot be used: |failed: .*: No space left on device");
    assertOthersAnswer();
    fleet.end(full);
    assertAnswers(BROKEN);
  }

  @Test
  void aDiskThatCannotSyncStopsItsVoter() {
    int before = fleet.ends().size();

    fleet.disk(BROKEN).failSyncs();

    await("the voter ends").atMost(BOUND).until(() -> fleet.ends().size() > before);
    assertStopped(fleet.ends().get(before), "could not be (synced|written): Input/output error");
    assertOthersAnswer();
    fleet.disk(BROKEN).heal();
    assertAnswers(BROKEN);
  }

  private static Path registers() {
    return fleet.data(BROKEN).resolve("registers");
  }

  private static List<Path> files(String beginning, String end) throws IOException {
    try (Stream<Path> files = Files.list(registers())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(beginning))
          .filter(file -> file.getFileName().toString().endsWith(end))
          .sorted((a, b) -> Long.compare(a.toFile().lastModified(), b.toFile().lastModified()))
          .toList();
    }
  }

  /** Without what is made ahead, in which there is nothing to damage. */
  private static List<Path> begunLogs() throws IOException {
    List<Path> begun = new ArrayList<>();
    for (Path log : files("raft-", ".log")) {
      try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
        if (file.readInt() != 0) {
          begun.add(log);
        }
      }
    }
    return begun;
  }

  /** Stops the voter and returns a copy of its data. */
  private static Path stopAndKeep() throws IOException {
    fleet.stop(BROKEN);
    Path kept = directory.resolve("kept" + asked.incrementAndGet());
    copy(fleet.data(BROKEN), kept);
    return kept;
  }

  private static void restore(Path kept) throws IOException {
    fleet.stop(BROKEN);
    delete(fleet.data(BROKEN));
    copy(kept, fleet.data(BROKEN));
    fleet.start(BROKEN);
    assertAnswers(BROKEN);
  }

  private static void assertTakesNoPart(String reason) {
    int before = fleet.ends().size();

    fleet.start(BROKEN);

    await("the voter ends").atMost(BOUND).until(() -> fleet.ends().size() > before);
    assertStopped(fleet.ends().get(before), Pattern.quote(reason));
    assertOthersAnswer();
  }

  /** By itself, for a reason that it told. */
  private static void assertStopped(Fleet.End end, String reason) {
    assertThat(end.host()).isEqualTo(BROKEN);
    assertThat(end.log()).containsPattern(reason);
    assertThat(end.exitCode()).isIn(AgreementNode.FAILED, AgreementNode.REFUSED);
  }

  private static void assertOthersAnswer() {
    assertAnswers(1);
    assertAnswers(3);
  }

  /** A new answer of the process that runs now. */
  private static void assertAnswers(int host) {
    int first = asked.incrementAndGet();
    await("an answer to host " + host)
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              NodeProcess process = fleet.process(host);
              process.tell("ping " + asked.incrementAndGet());
              return process
                  .line("pong ")
                  .filter(pong -> Integer.parseInt(pong.substring(5)) > first)
                  .isPresent();
            });
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failed)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
