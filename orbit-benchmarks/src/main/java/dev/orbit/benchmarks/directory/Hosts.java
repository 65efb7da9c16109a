package dev.orbit.benchmarks.directory;

import dev.orbit.benchmarks.agreement.Lines;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Nodes in processes of their own, {@link HostWorker}, of which the first three vote. Used by one
 * thread.
 */
final class Hosts implements AutoCloseable {
  /** Seconds that an answer may take. */
  static final long PATIENCE = 150;

  private static final int VOTERS = 3;

  private final Path directory;
  private final String placed;
  private final Duration lease;
  private final List<String> options;
  private final List<String> ports = new ArrayList<>();
  private final List<Lines> nodes = new ArrayList<>();

  /**
   * None runs yet.
   *
   * @param placed as {@link HostWorker} takes it
   * @param options of the JVMs
   */
  Hosts(Path directory, String placed, Duration lease, List<String> options) {
    this.directory = directory;
    this.placed = placed;
    this.lease = lease;
    this.options = options;
  }

  /** Those that run, in the order in which they were started; to be changed by those that kill. */
  List<Lines> nodes() {
    return nodes;
  }

  /** Starts the first three and waits until they serve. */
  void startThree() throws IOException, InterruptedException, TimeoutException {
    List<ServerSocket> open = new ArrayList<>();
    for (int i = 0; i < VOTERS; i++) {
      ServerSocket socket = new ServerSocket(0);
      open.add(socket);
      ports.add(Integer.toString(socket.getLocalPort()));
    }
    for (ServerSocket socket : open) {
      socket.close();
    }
    for (int i = 1; i <= VOTERS; i++) {
      nodes.add(start("n" + i));
    }
    for (Lines node : nodes) {
      node.await("ready ", PATIENCE);
    }
    awaitServed();
  }

  /** Waits until all that run are the members and serve what they own. */
  void awaitServed() throws InterruptedException, TimeoutException {
    askAll(nodes, "members " + nodes.size());
    askAll(nodes, "served");
  }

  /** Starts one, which has the data that an earlier one of that name left. */
  Lines start(String name) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                name, directory.resolve(name).toString(), placed, Long.toString(lease.toMillis())));
    arguments.addAll(ports);
    return Lines.start(options, HostWorker.class, arguments);
  }

  static String ask(Lines node, String question) throws InterruptedException, TimeoutException {
    node.tell(question);
    return node.await("ok", PATIENCE);
  }

  static List<Long> askAll(List<Lines> nodes, String question)
      throws InterruptedException, TimeoutException {
    nodes.forEach(node -> node.tell(question));
    List<Long> answers = new ArrayList<>();
    for (Lines node : nodes) {
      answers.add(Long.parseLong(node.await("ok", PATIENCE)));
    }
    return answers;
  }

  static long sum(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).sum();
  }

  static long latest(List<Long> times) {
    return times.stream().mapToLong(Long::longValue).max().orElseThrow();
  }

  @Override
  public void close() {
    nodes.forEach(Lines::close);
  }
}
