package dev.orbit.benchmarks.link;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The second process, a {@link LinkEnd}, as the first sees it. Used by one thread. */
final class Far implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final Writer input;
  final int tcpPort;
  final int rawPort;
  final int nodePort;
  final Path memory;

  private Far(Process process, BufferedReader output, String ready) {
    this.process = process;
    this.output = output;
    this.input = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    String[] ports = ready.split(" ", 5);
    tcpPort = Integer.parseInt(ports[1]);
    rawPort = Integer.parseInt(ports[2]);
    nodePort = Integer.parseInt(ports[3]);
    memory = Path.of(ports[4]);
  }

  SocketAddress tcp() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), tcpPort);
  }

  static Far start() throws IOException {
    Process process =
        new ProcessBuilder(
                Optional.ofNullable(System.getProperty("java.home")).orElseThrow() + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                LinkEnd.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("ready ")) {
        return new Far(process, output, line);
      }
    }
    throw new IllegalStateException("the second process ended before it was ready");
  }

  /** Processor nanoseconds and allocated bytes so far. */
  long[] spent() throws IOException {
    String[] parts = ask("spent").split(" ", 2);
    return new long[] {Long.parseLong(parts[0]), Long.parseLong(parts[1])};
  }

  /** What it holds at present. */
  Footprint footprint() throws IOException {
    return Footprint.ofLine(ask("footprint"));
  }

  private String ask(String what) throws IOException {
    input.write(what + "\n");
    input.flush();
    String line = output.readLine();
    if (line == null) {
      throw new IllegalStateException("the second process has ended");
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    input.close();
    process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
