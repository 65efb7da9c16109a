package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NextSegmentTest {
  private static final int BYTES = 200_000;
  private static final String NAME = "raft-2.log";

  @TempDir Path directory;
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  private NextSegment segments() {
    return new NextSegment(tasks::add, directory, BYTES);
  }

  private void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private Path segment() {
    return directory.resolve(NAME);
  }

  @Test
  void itIsAsLargeAsAtomixMakesItAndFullOfZeros() throws IOException {
    segments().make(NAME);
    runAll();

    assertThat(segment()).hasBinaryContent(new byte[BYTES]);
  }

  @Test
  void itsBlocksAreThereAndNotAHole() throws IOException {
    segments().make(NAME);
    runAll();

    Process du = new ProcessBuilder("du", "-k", segment().toString()).start();
    String kib =
        new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\\s")[0];
    assertThat(Integer.parseInt(kib)).isGreaterThanOrEqualTo(BYTES / 1024);
  }

  @Test
  void nothingElseIsLeft() throws IOException {
    segments().make(NAME);
    runAll();

    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(segment());
    }
  }

  @Test
  void whatAtomixHasMadeMeanwhileStays() throws IOException {
    segments().make(NAME);
    Files.writeString(segment(), "entries");
    runAll();

    assertThat(segment()).hasContent("entries");
  }

  @Test
  void whatACrashLeftHalfDoneIsMadeAnew() throws IOException {
    Files.writeString(directory.resolve(NextSegment.UNFINISHED), "half");
    segments().make(NAME);
    runAll();

    assertThat(segment()).hasBinaryContent(new byte[BYTES]);
  }

  @Test
  void oneThatCannotBeMadeDoesNotKeepTheNextFromBeing() throws IOException {
    NextSegment segments = segments();
    segments.make("no-directory/raft-1.log");
    segments.make(NAME);
    runAll();

    assertThat(segment()).exists();
  }

  @Test
  void noneIsMadeAfterTheClose() throws Exception {
    NextSegment segments = segments();
    segments.make(NAME);
    Thread closing = Thread.ofVirtual().start(segments::close);
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    runAll();
    closing.join();

    assertThat(segment()).doesNotExist();
  }
}
