package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
  /** Writes down what it is asked for. */
  private final class Noted implements LogFiles.Medium {
    final List<String> synced = new ArrayList<>();
    final List<String> open = new ArrayList<>();
    String vanishes = "";
    boolean broken;
    Runnable meanwhile = () -> {};

    @Override
    public LogFiles.OpenFile open(Path file) throws IOException {
      meanwhile.run();
      String name = file.getFileName().toString();
      if (name.equals(vanishes)) {
        throw new NoSuchFileException(name);
      }
      open.add(name);
      return new LogFiles.OpenFile() {
        @Override
        public void force() throws IOException {
          if (broken) {
            throw new IOException("on purpose");
          }
          synced.add(name);
        }

        @Override
        public void close() {
          open.remove(name);
        }
      };
    }

    @Override
    public void directory(Path synced) {
      assertThat(synced).isEqualTo(directory);
      this.synced.add("names");
    }

    List<String> since() {
      List<String> before = List.copyOf(synced);
      synced.clear();
      return before;
    }
  }

  private static final int BYTES = 100_000;

  private final Path directory;
  private final Noted medium = new Noted();

  private final NextSegment ahead;

  LogFilesTest(@TempDir Path directory) {
    this.directory = directory;
    this.ahead = new NextSegment(Runnable::run, directory, BYTES);
  }

  private LogFiles files() {
    return new LogFiles(medium, ahead, directory, "raft");
  }

  /** Begun, as Atomix does it. */
  private void create(String... names) throws IOException {
    for (String name : names) {
      Files.writeString(directory.resolve(name), "head and entries".repeat(10));
    }
  }

  @Test
  void aNewSegmentIsSyncedWithItsNameInTheDirectory() throws IOException {
    LogFiles files = files();
    create("raft-1.log");

    files.sync();

    assertThat(medium.since()).containsExactly("raft-1.log", "names");
  }

  @Test
  void asLongAsTheSegmentIsTheSameItsNameIsNotSyncedAgain() throws IOException {
    LogFiles files = files();
    create("raft-1.log");
    files.sync();
    medium.since();

    files.sync();

    assertThat(medium.since()).containsExactly("raft-1.log");
  }

  @Test
  void theEndOfTheSegmentBeforeIsSyncedWithTheNewOne() throws IOException {
    LogFiles files = files();
    create("raft-1.log", "raft-2.log");
    files.sync();
    medium.since();

    create("raft-3.log");
    files.sync();

    assertThat(medium.since())
        .containsExactlyInAnyOrder("raft-2.log", "raft-3.log", "names")
        .endsWith("names");
  }

  /** As Atomix writes one; its size is the same before it is complete. */
  private void snapshot(String name, boolean complete) throws IOException {
    byte[] content = new byte[100];
    content[20] = (byte) (complete ? 1 : 0);
    Path file = Files.write(directory.resolve(name), content);
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
  }

  @Test
  void aNewSnapshotIsSyncedOnce() throws IOException {
    LogFiles files = files();
    create("raft-1.log");
    files.sync();
    medium.since();

    snapshot("raft-7.snapshot", true);
    files.sync();
    List<String> first = medium.since();
    files.sync();

    assertThat(first).containsExactlyInAnyOrder("raft-1.log", "raft-7.snapshot", "names");
    assertThat(medium.since()).containsExactly("raft-1.log");
  }

  @Test
  void aSnapshotThatWasSeenBeforeItWasCompleteIsSyncedAgain() throws IOException {
    LogFiles files = files();
    snapshot("raft-7.snapshot", false);
    files.sync();
    medium.since();

    snapshot("raft-7.snapshot", true);
    files.sync();

    assertThat(medium.since()).contains("raft-7.snapshot");
  }

  /** Nothing tells the segments from those that were there before: names and inodes are theirs. */
  @Test
  void whereTheLogWasCutEverySegmentIsSynced() throws IOException {
    LogFiles files = files();
    create("raft-1.log", "raft-2.log");
    files.sync();
    medium.since();

    create("raft-3.log");
    files.cut();
    files.sync();

    assertThat(medium.since())
        .containsExactlyInAnyOrder("raft-1.log", "raft-2.log", "raft-3.log", "names");
    files.sync();
    assertThat(medium.since()).containsExactly("raft-3.log");
  }

  @Test
  void aCutWhileASyncRunsIsMindedByTheNext() throws IOException {
    LogFiles files = files();
    create("raft-1.log", "raft-2.log");
    medium.meanwhile = files::cut;
    files.sync();
    medium.meanwhile = () -> {};
    medium.since();

    files.sync();

    assertThat(medium.since()).contains("raft-1.log", "raft-2.log", "names");
  }

  @Test
  void aSegmentOfTheSameNameIsAnotherFileAndSyncedWithItsName() throws IOException {
    LogFiles files = files();
    create("raft-1.log", "raft-2.log");
    files.sync();
    medium.since();

    Files.move(directory.resolve("raft-2.log"), directory.resolve("gone"));
    create("raft-2.log");
    files.sync();

    assertThat(medium.since()).contains("raft-2.log", "names");
  }

  @Test
  void aSegmentThatIsCompactedAwayMeanwhileIsNoFailure() throws IOException {
    LogFiles files = files();
    create("raft-1.log", "raft-2.log");
    medium.vanishes = "raft-1.log";

    files.sync();

    assertThat(medium.since()).containsExactly("raft-2.log", "names");
  }

  @Test
  void entriesNeedNoLookAtTheDirectoryAsLongAsTheirSegmentIsTheLast() throws IOException {
    LogFiles files = files();
    create("raft-1.log", "raft-2.log");
    files.syncEntries();
    List<String> first = medium.since();

    snapshot("raft-7.snapshot", true);
    files.syncEntries();

    assertThat(first)
        .containsExactlyInAnyOrder("raft-1.log", "raft-2.log", "names")
        .endsWith("names");
    assertThat(medium.since()).containsExactly("raft-2.log");
    assertThat(medium.open).containsExactly("raft-2.log");
  }

  @Test
  void entriesMayBeInTheNextSegmentWhenItIsThere() throws IOException {
    LogFiles files = files();
    create("raft-9.log");
    files.syncEntries();
    medium.since();

    create("raft-10.log");
    files.syncEntries();

    assertThat(medium.since())
        .containsExactlyInAnyOrder("raft-9.log", "raft-10.log", "names")
        .endsWith("names");
    assertThat(medium.open).containsExactly("raft-10.log");
  }

  @Test
  void entriesMayBeAnywhereWhereTheLogWasCut() throws IOException {
    LogFiles files = files();
    create("raft-1.log", "raft-2.log");
    files.syncEntries();
    medium.since();

    files.cut();
    files.syncEntries();

    assertThat(medium.since())
        .containsExactlyInAnyOrder("raft-1.log", "raft-2.log", "names")
        .endsWith("names");
  }

  @Test
  void aSnapshotIsSyncedWithEverythingAlsoAfterEntries() throws IOException {
    LogFiles files = files();
    create("raft-1.log");
    files.sync(false);
    snapshot("raft-7.snapshot", true);
    files.sync(false);
    List<String> entries = medium.since();

    files.sync(true);

    assertThat(entries).containsOnly("raft-1.log", "names");
    assertThat(medium.since()).containsExactlyInAnyOrder("raft-1.log", "raft-7.snapshot", "names");
  }

  @Test
  void aFailureToSyncEntriesIsTold() throws IOException {
    LogFiles files = files();
    create("raft-1.log");
    files.syncEntries();
    medium.broken = true;

    assertThatThrownBy(files::syncEntries).hasMessage("on purpose");
  }

  @Test
  void nothingStaysOpen() throws IOException {
    LogFiles files = files();
    create("raft-1.log");
    files.syncEntries();

    files.close();

    assertThat(medium.open).isEmpty();
  }

  @Test
  void oneThatIsMadeAheadIsNotTheLast() throws IOException {
    LogFiles files = files();
    create("raft-1.log");
    files.syncEntries();
    medium.since();

    ahead.make("raft-2.log");
    files.syncEntries();
    files.sync();

    assertThat(medium.since()).containsExactly("raft-1.log", "raft-1.log", "names");
    assertThat(medium.open).containsExactly("raft-1.log");
  }

  @Test
  void oneThatWasMadeAheadIsSyncedWithItsPredecessorOnceItIsBegun() throws IOException {
    LogFiles files = files();
    create("raft-1.log");
    ahead.make("raft-2.log");
    files.syncEntries();
    medium.since();

    create("raft-2.log");
    files.syncEntries();
    List<String> begun = medium.since();
    files.syncEntries();

    assertThat(begun).containsExactlyInAnyOrder("raft-1.log", "raft-2.log");
    assertThat(medium.since()).containsExactly("raft-2.log");
  }

  @Test
  void itsNameIsSyncedAlsoWhereItWasNotSeenBeforeItWasBegun() throws IOException {
    LogFiles files = files();
    create("raft-1.log");
    files.syncEntries();
    medium.since();

    ahead.make("raft-2.log");
    create("raft-2.log");
    files.syncEntries();

    assertThat(medium.since())
        .containsExactlyInAnyOrder("raft-1.log", "raft-2.log", "names")
        .endsWith("names");
  }

  @Test
  void theNextOneIsMadeWhereOneIsSyncedOften() throws IOException {
    LogFiles files = files();
    create("raft-7.log");
    files.syncEntries();
    Path next = directory.resolve("raft-8.log");

    for (int i = 1; i < LogFiles.SYNCS_BEFORE_NEXT; i++) {
      files.syncEntries();
    }
    boolean before = Files.exists(next);
    files.syncEntries();

    assertThat(before).isFalse();
    assertThat(next).hasSize(BYTES);
  }

  @Test
  void theNextOneIsMadeInEachSegment() throws IOException {
    LogFiles files = files();
    create("raft-7.log");
    for (int i = 0; i <= LogFiles.SYNCS_BEFORE_NEXT; i++) {
      files.syncEntries();
    }
    create("raft-8.log");
    for (int i = 0; i <= LogFiles.SYNCS_BEFORE_NEXT; i++) {
      files.syncEntries();
    }

    assertThat(directory.resolve("raft-9.log")).hasSize(BYTES);
  }

  /** As after a cut. */
  @Test
  void oneThatIsMadeAlreadyIsNotMadeAgain() throws IOException {
    LogFiles files = files();
    create("raft-7.log");
    ahead.make("raft-8.log");
    Path half = Files.writeString(directory.resolve(NextSegment.UNFINISHED), "half");

    for (int i = 0; i <= LogFiles.SYNCS_BEFORE_NEXT; i++) {
      files.syncEntries();
    }

    assertThat(half).hasContent("half");
  }
}
