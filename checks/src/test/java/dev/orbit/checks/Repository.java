package dev.orbit.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The checkout that the tests run in. */
final class Repository {

  /** Libraries first, in the order in which they may know each other. */
  static final List<String> MODULES =
      List.of(
          "orbit-api",
          "orbit-proto",
          "orbit-transport",
          "orbit-raft",
          "orbit-client",
          "orbit-runtime",
          "orbit-testkit",
          "examples/hello",
          "examples/bank",
          "examples/etcd-resolver",
          "examples/presence",
          "examples/iot",
          "orbit-cli",
          "orbit-benchmarks",
          "orbit-faults");

  private static final Set<String> NOT_SOURCE = Set.of("target", "node_modules");

  private Repository() {}

  /** The folder that holds all modules, found from the folder the test was started in. */
  static Path root() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("orbit-api/pom.xml"))) {
        return at;
      }
    }
    throw new IllegalStateException("not inside a checkout: " + Path.of("").toAbsolutePath());
  }

  /** Every Java file that a person wrote. */
  static List<Path> javaFiles() {
    return javaFilesUnder(root());
  }

  /** Every hand-written Java file of main code. */
  static List<Path> mainJavaFiles() {
    return javaFiles().stream()
        .filter(file -> file.toString().contains("/src/main/java/"))
        .toList();
  }

  /** Compiled main code of all modules that have some. */
  static List<Path> mainClassFolders() {
    return MODULES.stream()
        .map(module -> root().resolve(module).resolve("target/classes"))
        .filter(Files::isDirectory)
        .toList();
  }

  static String relative(Path file) {
    return root().relativize(file.toAbsolutePath()).toString();
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> javaFilesUnder(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().flatMap(Repository::javaFilesAt).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> javaFilesAt(Path entry) {
    String name = String.valueOf(entry.getFileName());
    if (Files.isDirectory(entry)) {
      boolean skipped = name.startsWith(".") || NOT_SOURCE.contains(name);
      return skipped ? Stream.empty() : javaFilesUnder(entry).stream();
    }
    return name.endsWith(".java") ? Stream.of(entry) : Stream.empty();
  }
}
