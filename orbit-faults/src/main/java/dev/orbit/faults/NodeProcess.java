package dev.orbit.faults;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JVM of its own that runs a class with the class path of this one. It is told things by lines on
 * its standard input, tells things by lines on its standard output, and logs to a file.
 *
 * <p>Thread-safe.
 */
public final class NodeProcess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeProcess.class);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration GOODBYE = Duration.ofSeconds(10);

  private final NodeCommand command;
  private final Process process;
  private final long logFrom;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;
  private final Writer input;

  private NodeProcess(NodeCommand command, Process process, long logFrom) {
    this.command = command;
    this.process = process;
    this.logFrom = logFrom;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    this.reader = Thread.ofVirtual().name(command.name() + " output").start(this::read);
  }

  /**
   * Starts it.
   *
   * @param before words to put before the command, as {@link Hosts#on} has them
   * @param environment more for its environment, and not for that of the words before it
   */
  static NodeProcess start(
      NodeCommand command, List<String> before, Map<String, String> environment) {
    List<String> words = new ArrayList<>(before);
    words.add("env");
    environment.forEach((name, value) -> words.add(name + "=" + value));
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Xmx256m"));
    words.addAll(command.jvmFlags());
    words.addAll(List.of("-cp", classPath(command.main()), command.main().getName()));
    words.addAll(command.arguments());
    try {
      Files.createDirectories(command.log().toAbsolutePath().getParent());
      long logFrom = Files.exists(command.log()) ? Files.size(command.log()) : 0;
      return new NodeProcess(
          command,
          new ProcessBuilder(words)
              .redirectError(ProcessBuilder.Redirect.appendTo(command.log().toFile()))
              .start(),
          logFrom);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it on this machine, with nothing falsified. */
  public static NodeProcess start(NodeCommand command) {
    return start(command, List.of(), Map.of());
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs, or would if it were not stopped. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it as {@code kill -9} does, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(GOODBYE);
  }

  /** Asks it to end, as {@code SIGTERM} does. */
  public void terminate() {
    // Not by the Process, which would also close its input, and so end it at once.
    signal("TERM");
  }

  /** Stops it as {@code SIGSTOP} does. */
  public void pause() {
    signal("STOP");
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    signal("CONT");
  }

  /** Writes a line to its standard input; without effect when it has ended, or is about to. */
  public void tell(String line) {
    synchronized (input) {
      try {
        input.write(line + "\n");
        input.flush();
      } catch (IOException e) {
        // Its end of the pipe is gone a moment before the process is.
        log.debug("process={} line=\"{}\" was not told", command.name(), line, e);
      }
    }
  }

  /** All it has told so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** The latest line that begins so. */
  public Optional<String> line(String beginning) {
    return lines.stream().filter(line -> line.startsWith(beginning)).reduce((a, b) -> b);
  }

  /**
   * Waits for a line that begins so.
   *
   * @throws AssertionError with the end of its log if it ends or {@code bound} passes without one
   */
  public String awaitLine(String beginning, Duration bound) {
    Awaitility.await(command.name() + " says " + beginning)
        .atMost(bound)
        .pollInterval(POLL)
        .until(() -> line(beginning).isPresent() || !process.isAlive());
    if (line(beginning).isEmpty()) {
      awaitEnd(GOODBYE);
    }
    return line(beginning)
        .orElseThrow(
            () ->
                new AssertionError(
                    "%s ended with %d without saying '%s': %s"
                        .formatted(command.name(), process.exitValue(), beginning, endOfLog())));
  }

  /** Waits until it ends by itself. */
  public int awaitEnd(Duration bound) {
    try {
      if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "%s still runs after %s: %s".formatted(command.name(), bound, endOfLog()));
      }
      reader.join();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The last lines of its log, and none of a process that wrote to the same file before. */
  public String endOfLog() {
    try (InputStream log = Files.newInputStream(command.log())) {
      log.skipNBytes(logFrom);
      List<String> all = new String(log.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - 30), all.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it if it has not ended. */
  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }

  /** What this process finds classes in, whichever way it was started. */
  private static String classPath(Class<?> main) {
    List<String> entries = new ArrayList<>();
    for (ClassLoader at = main.getClassLoader(); at != null; at = at.getParent()) {
      if (at instanceof URLClassLoader loader) {
        Stream.of(loader.getURLs())
            .map(url -> Path.of(URI.create(url.toString())).toString())
            .forEach(entries::add);
      }
    }
    entries.add(System.getProperty("java.class.path"));
    return String.join(File.pathSeparator, entries);
  }

  private void signal(String name) {
    Command.run("kill -" + name, List.of("kill", "-" + name, Long.toString(pid())));
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      output.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      lines.add("unreadable");
    }
  }
}
