package dev.orbit.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command as a process of its own, as the launcher starts it. */
final class CliProcess implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration GOODBYE = Duration.ofMinutes(1);

  private static final Path JAR = Path.of("target", "orbit-cli.jar").toAbsolutePath();
  private static final Path ARCHIVE = JAR.resolveSibling("orbit-cli-test.aot");

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Path err;
  private final Thread reader;

  private CliProcess(Process process, Path err) {
    this.process = process;
    this.err = err;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  static CliProcess start(Path directory, String... args) throws IOException {
    List<String> command = java();
    command.addAll(List.of("-XX:AOTCache=" + ARCHIVE, "-Xlog:cds*=off,aot*=off"));
    command.addAll(List.of("-Dorbit.cds=" + ARCHIVE, "-jar", JAR.toString()));
    command.addAll(List.of(args));
    command.addAll(List.of("--data-dir", directory.toString()));
    Path err = Files.createTempFile("orbit-cli", ".err");
    err.toFile().deleteOnExit();
    return new CliProcess(
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectError(err.toFile())
            .start(),
        err);
  }

  /**
   * Does what the launcher does after a build: has the JVM write down which classes a node takes.
   */
  static void rehearse() throws IOException, InterruptedException {
    List<String> command = java();
    command.addAll(List.of("-XX:AOTCacheOutput=" + ARCHIVE, "-Xlog:disable"));
    command.addAll(List.of("-jar", JAR.toString(), "node", "rehearse"));
    int exitCode = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (exitCode != ExitCodes.OK) {
      throw new AssertionError("the rehearsal ended with " + exitCode);
    }
  }

  private static List<String> java() {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=4"));
  }

  /** Runs a command to its end. */
  static Cli run(Path directory, String... args) throws IOException, InterruptedException {
    try (CliProcess command = start(directory, args)) {
      int exitCode = command.exitCode(Duration.ofMinutes(2));
      return new Cli(exitCode, String.join("\n", command.lines), command.err());
    }
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      output.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      lines.add("{\"event\":\"unreadable\"}");
    }
  }

  long pid() {
    return process.pid();
  }

  String err() {
    try {
      return Files.readString(err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The latest event of that name, in the JSON that the command prints. */
  Optional<JsonNode> event(String name) {
    return lines.stream()
        .map(JSON::readTree)
        .filter(event -> event.get("event").asString().equals(name))
        .reduce((first, second) -> second);
  }

  JsonNode awaitEvent(String name, Duration bound) throws InterruptedException {
    Awaitility.await(name)
        .atMost(bound)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> event(name).isPresent() || !process.isAlive());
    if (event(name).isEmpty()) {
      reader.join();
    }
    return event(name)
        .orElseThrow(() -> new AssertionError("ended without " + name + ": " + err()));
  }

  int exitCode(Duration bound) throws InterruptedException {
    if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + bound + ": " + err());
    }
    reader.join();
    return process.exitValue();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GOODBYE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
