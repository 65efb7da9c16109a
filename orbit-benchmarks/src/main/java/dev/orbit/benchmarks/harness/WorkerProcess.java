package dev.orbit.benchmarks.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link Worker} as its parent sees it. Used by one thread. */
public final class WorkerProcess implements AutoCloseable {
  /** The same for all contenders. */
  private static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "-Xms1g",
          "-Xmx2g");

  private final Process process;
  private final PrintStream commands;
  private final BufferedReader answers;
  private final String ready;

  private WorkerProcess(Process process) throws IOException {
    this.process = process;
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.ready = expect("ready");
  }

  /** Starts a main class of this class path and waits until it is ready. */
  public static WorkerProcess start(Class<?> main, String... arguments) throws IOException {
    return start(List.of(), main, arguments);
  }

  /**
   * The same.
   *
   * @param options of the JVM, stronger than those that all have
   */
  public static WorkerProcess start(List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(FLAGS);
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new WorkerProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** What it said when it was ready. */
  public String ready() {
    return ready;
  }

  Measurement closed(String workload, int callers, long millis) throws IOException {
    return Measurement.ofLine(ask("closed %s %d %d".formatted(workload, callers, millis)));
  }

  Measurement open(String workload, int rate, long millis) throws IOException {
    return Measurement.ofLine(ask("open %s %d %d".formatted(workload, rate, millis)));
  }

  Usage usage() throws IOException {
    String[] words = ask("stats").split(" ", 2);
    return new Usage(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  /** What it holds on its heap after a collection. */
  public long heapInUse() throws IOException {
    return Long.parseLong(ask("heap"));
  }

  /**
   * What a process has used since it began.
   *
   * @param cpuNanos processor time
   * @param allocatedBytes on its heap
   */
  record Usage(long cpuNanos, long allocatedBytes) {
    static final Usage NONE = new Usage(0, 0);

    Usage plus(Usage other) {
      return new Usage(cpuNanos + other.cpuNanos, allocatedBytes + other.allocatedBytes);
    }
  }

  /** Has it obey a line, and returns its answer. */
  public String ask(String command) throws IOException {
    tell(command);
    return answer();
  }

  /** Has it obey a line; {@link #answer} must be called before anything else is said to it. */
  public void tell(String command) {
    commands.println(command);
  }

  /** Waits for the answer to what it was told. */
  public String answer() throws IOException {
    return expect("ok");
  }

  /** Its number. */
  public long pid() {
    return process.pid();
  }

  private String expect(String kind) throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      String answer = Worker.answerIn(line);
      if (answer != null && answer.startsWith(kind)) {
        return answer.substring(kind.length()).trim();
      }
      if (answer != null) {
        throw new IllegalStateException("expected '%s': %s".formatted(kind, answer));
      }
    }
    throw new IllegalStateException("the process ended before it said '%s'".formatted(kind));
  }

  @Override
  public void close() {
    commands.close();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
