package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatermarkTest {
  @TempDir Path directory;

  @Test
  void itSurvivesAndNeverFalls() throws Exception {
    Path file = directory.resolve("watermark");
    try (Watermark mark = new Watermark(file, 0, 10)) {
      mark.raise(5, 1);
      mark.raise(9, 2);
      mark.raise(3, 3);
    }

    try (Watermark again = new Watermark(file, 0, 10)) {
      assertThat(again.value()).isEqualTo(9);
    }
  }

  @Test
  void aTornWriteLeavesTheOneBefore() throws Exception {
    Path file = directory.resolve("watermark");
    try (Watermark mark = new Watermark(file, 0, 10)) {
      mark.raise(5, 1);
      mark.raise(9, 2);
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[0] ^= 1;
    Files.write(file, bytes);

    try (Watermark again = new Watermark(file, 0, 10)) {
      assertThat(again.value()).isEqualTo(5);
    }
  }
}
