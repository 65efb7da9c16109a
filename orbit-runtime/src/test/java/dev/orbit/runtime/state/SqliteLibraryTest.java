package dev.orbit.runtime.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

  private Path directory(String name, String permissions) throws IOException {
    Path made = Files.createDirectory(directory.resolve(name));
    // Not when it is made: the process's mask would take some away.
    return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void aProcessThatIsKilledLeavesNothingBehind() throws Exception {
    Path state = directory("state", "rwxr-xr-x");
    Path temporary = directory("temporary", "rwxr-xr-x");

    openAndHalt(state, temporary);

    assertThat(filesOf(temporary)).isEmpty();
    assertThat(filesOf(state)).contains(SqliteLibrary.unpacked(state));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwxrwx", "rwxrwxr-x"})
  void nothingIsLoadedFromWhereOthersMayHavePutIt(String permissions) throws Exception {
    Path state = directory("state", permissions);
    Path planted = SqliteLibrary.unpacked(state);
    Files.writeString(planted, "not what it seems");
    Path temporary = directory("temporary", "rwxr-xr-x");

    openAndHalt(state, temporary);

    // By the driver's own way.
    assertThat(filesOf(temporary)).isNotEmpty();
  }

  private static void openAndHalt(Path state, Path temporary) throws Exception {
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
    assertThat(said).doesNotContain("invalid ELF header");
  }
}
