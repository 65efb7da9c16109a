package dev.orbit.benchmarks.start;

import dev.orbit.client.OrbitClient;
import dev.orbit.examples.bank.Account;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A cluster that {@code orbit dev} runs for this process. */
final class DevCluster implements AutoCloseable {
  private static final Pattern ENDPOINT = Pattern.compile("\"grpc\":\"([^\"]+)\"");
  private static final double MILLI = 1e6;

  private final Process command;
  private final Path directory;
  private final Start begun;

  private DevCluster(Process command, Path directory, Start begun) {
    this.command = command;
    this.directory = directory;
    this.begun = begun;
  }

  /** Starts one with new data and waits until a call through each node is answered. */
  static DevCluster start(Path orbit, int nodes, Path parent) throws IOException {
    Path directory = Files.createTempDirectory(parent, "cluster");
    long given = System.nanoTime();
    Process command =
        new ProcessBuilder(
                orbit.toString(),
                "dev",
                "--nodes=" + nodes,
                "--load=0",
                "--output=json",
                "--data-dir=" + directory)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader events = command.inputReader(StandardCharsets.UTF_8);
    await(events, "starting");
    double starting = (System.nanoTime() - given) / MILLI;
    String ready = await(events, "ready");
    double allReady = (System.nanoTime() - given) / MILLI;
    call(ready);
    double answered = (System.nanoTime() - given) / MILLI;
    double nodeCpu = 0;
    for (ProcessHandle node : command.children().toList()) {
      nodeCpu += Usage.cpuMillis(node.pid());
    }
    return new DevCluster(
        command,
        directory,
        new Start(starting, allReady, answered, Usage.cpuMillis(command.pid()), nodeCpu / nodes));
  }

  private static String await(BufferedReader events, String name) throws IOException {
    String event = events.readLine();
    while (event != null && !event.contains("\"event\":\"" + name + "\"")) {
      event = events.readLine();
    }
    if (event == null) {
      throw new IOException("orbit dev ended without the event " + name);
    }
    return event;
  }

  private static void call(String ready) {
    Matcher endpoints = ENDPOINT.matcher(ready);
    for (int i = 0; endpoints.find(); i++) {
      try (OrbitClient client =
          OrbitClient.builder().cluster("dev").endpoints(endpoints.group(1)).connect()) {
        client.get(Account.class, "account-" + i).balance();
      }
    }
  }

  Start begun() {
    return begun;
  }

  List<ProcessHandle> nodes() {
    return command.children().toList();
  }

  /** The command, then the nodes. */
  List<ProcessHandle> processes() {
    List<ProcessHandle> all = new ArrayList<>(List.of(command.toHandle()));
    all.addAll(nodes());
    return all;
  }

  /** Kills all and removes their data. */
  @Override
  public void close() throws IOException {
    List<ProcessHandle> all = processes();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
