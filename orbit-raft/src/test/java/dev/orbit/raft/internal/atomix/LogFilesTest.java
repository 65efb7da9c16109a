package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
  /** Writes down what it is asked for. */
  private final class Noted implements LogFiles.Medium {
    final List<String> synced = new ArrayList<>();
    String vanishes = "";

    @Override
    public void file(Path file) throws IOException {
      String name = file.getFileName().toString();
      if (name.equals(vanishes)) {
        throw new NoSuchFileException(name);
      }
      synced.add(name);
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

  @TempDir Path directory;
  private final Noted medium = new Noted();

  private LogFiles files() {
    return new LogFiles(medium, directory, "raft");
  }

  private void create(String... names) throws IOException {
    for (String name : names) {
      Files.writeString(directory.resolve(name), "content");
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

  @Test
  void aNewSnapshotIsSyncedOnce() throws IOException {
    LogFiles files = files();
    create("raft-1.log");
    files.sync();
    medium.since();

    create("raft-7.snapshot");
    files.sync();
    List<String> first = medium.since();
    files.sync();

    assertThat(first).containsExactlyInAnyOrder("raft-1.log", "raft-7.snapshot", "names");
    assertThat(medium.since()).containsExactly("raft-1.log");
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
}
