package dev.orbit.benchmarks.agreement;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A child process that is told lines and answers in lines. Used by one thread. */
public final class Lines implements AutoCloseable {
  private static final String MARK = "## ";

  private final Process process;
  private final PrintStream told;
  private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();

  private Lines(Process process) {
    this.process = process;
    this.told = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().start(this::listen);
  }

  /** Starts a main class of this class path, with half a gigabyte unless an option says more. */
  public static Lines start(List<String> options, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-Xmx512m");
    command.addAll(options);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(arguments);
    return new Lines(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** How a child says something to its parent. */
  public static void say(String line) {
    System.out.println(MARK + line);
  }

  private void listen() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(MARK)) {
          said.add(line.substring(MARK.length()));
        } else if (line.contains("stops for good")) {
          System.err.println(line);
        }
      }
    } catch (IOException e) {
      // It was killed, and says nothing more.
    }
  }

  public void tell(String line) {
    told.println(line);
  }

  /** The rest of the next line that begins so; lines before it are thrown away. */
  public String await(String beginning, long seconds)
      throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (true) {
      String line = said.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new TimeoutException("no '%s' within %d s".formatted(beginning, seconds));
      }
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length()).trim();
      }
    }
  }

  /** All that was said since, without waiting. */
  public List<String> drain() {
    List<String> lines = new ArrayList<>();
    said.drainTo(lines);
    return lines;
  }

  /** Processor time used so far. */
  long cpuNanos() {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  /** Its number. */
  public long pid() {
    return process.pid();
  }

  /** Kills it as -9 does. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
