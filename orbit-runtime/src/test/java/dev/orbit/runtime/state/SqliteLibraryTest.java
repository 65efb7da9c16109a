package dev.orbit.runtime.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

class SqliteLibraryTest {
  @TempDir private Path directory;

  private static List<Path> filesOf(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void isUnpackedAsItIsAndNothingElse() throws IOException {
    Path library = SqliteLibrary.unpacked(directory);

    try (InputStream packed =
        SQLiteJDBCLoader.class.getResourceAsStream(
            LibraryLoaderUtil.getNativeLibResourcePath()
                + "/"
                + LibraryLoaderUtil.getNativeLibName())) {
      assertThat(packed).isNotNull().hasBinaryContent(Files.readAllBytes(library));
    }
    assertThat(filesOf(directory)).containsExactly(library);
  }

  @Test
  void isUnpackedOnce() throws IOException {
    Path library = SqliteLibrary.unpacked(directory);
    FileTime then = FileTime.from(Instant.EPOCH);
    Files.setLastModifiedTime(library, then);

    SqliteLibrary.unpacked(directory);

    assertThat(Files.getLastModifiedTime(library)).isEqualTo(then);
  }

  @Test
  void aProcessThatIsKilledLeavesNothingBehind() throws Exception {
    Path state = directory.resolve("state");
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                OpensAndHalts.class.getName(),
                state.resolve("state.db").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    boolean ended = process.waitFor(1, TimeUnit.MINUTES);

    assertThat(ended).isTrue();
    assertThat(process.exitValue()).describedAs(said).isEqualTo(OpensAndHalts.HALTED);
    assertThat(filesOf(temporary)).isEmpty();
    assertThat(filesOf(state)).contains(SqliteLibrary.unpacked(state));
  }
}
