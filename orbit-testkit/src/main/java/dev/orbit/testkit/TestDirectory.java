package dev.orbit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A temporary directory that is deleted with everything in it. */
final class TestDirectory implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TestDirectory.class);

  private final Path path;

  private TestDirectory(Path path) {
    this.path = path;
  }

  static TestDirectory create() {
    try {
      return new TestDirectory(Files.createTempDirectory("orbit-test-"));
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory for a cluster", e);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      log.warn("directory={} cannot be deleted: {}", path, e.getMessage());
    }
  }
}
