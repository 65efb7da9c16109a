package dev.orbit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StampsTest {
  @TempDir private Path directory;

  @Test
  void stampsOfAllProcessesAreReadInTheOrderOfTheClock() {
    try (Stamps one = Stamps.open(directory, "n1");
        Stamps other = Stamps.open(directory, "n2")) {
      one.add("held", "n1", 7L);
      other.add("gone", "n1", 7L);
      one.addAt(0, "began");
    }

    List<Stamps.Stamp> read = Stamps.read(directory);

    assertThat(read).extracting(Stamps.Stamp::kind).containsExactly("began", "held", "gone");
    assertThat(read.get(2).source()).isEqualTo("n2");
    assertThat(read.get(2).word(0)).isEqualTo("n1");
    assertThat(read.get(2).number(1)).isEqualTo(7);
  }

  @Test
  void aLineThatWasCutShortIsNotRead() throws IOException {
    try (Stamps stamps = Stamps.open(directory, "n1")) {
      stamps.add("whole");
    }
    Files.writeString(directory.resolve("n1.stamps"), "12345 ha", StandardOpenOption.APPEND);

    assertThat(Stamps.read(directory)).extracting(Stamps.Stamp::kind).containsExactly("whole");
  }

  @Test
  void aThreadThatIsInterruptedTakesThePenFromNobody() {
    try (Stamps stamps = Stamps.open(directory, "n1")) {
      Thread.currentThread().interrupt();
      stamps.add("interrupted");
      assertThat(Thread.interrupted()).isTrue();
      stamps.add("after");
    }

    assertThat(Stamps.read(directory))
        .extracting(Stamps.Stamp::kind)
        .containsExactly("interrupted", "after");
  }

  @Test
  void theSharedClockAgreesWithThisProcesssWhereThatIsRight() {
    long before = System.nanoTime();
    long shared = MonotonicClock.nanos();
    long after = System.nanoTime();

    assertThat(shared).isBetween(before, after);
  }
}
