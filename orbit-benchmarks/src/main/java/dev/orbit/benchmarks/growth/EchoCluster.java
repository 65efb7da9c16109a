package dev.orbit.benchmarks.growth;

import dev.orbit.benchmarks.harness.Contender;
import dev.orbit.benchmarks.harness.WorkerProcess;
import dev.orbit.benchmarks.start.Usage;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Processes {@code n1}, {@code n2} and so on, of which the first few have joined. Used by one
 * thread.
 */
final class EchoCluster implements AutoCloseable {
  private final List<WorkerProcess> processes = new ArrayList<>();
  private final Path directory;
  private int joined;

  private EchoCluster(Path directory) {
    this.directory = directory;
  }

  /**
   * Starts processes, none of which joins yet.
   *
   * @param voters 1, or 3 of as many processes at least
   * @param options of their JVMs
   * @param recordings where to put a recording of each, or null for none
   */
  static EchoCluster start(
      int processes, int voters, List<String> options, @Nullable Path recordings)
      throws IOException {
    EchoCluster cluster = new EchoCluster(Files.createTempDirectory("growth"));
    try {
      String group = voters(voters);
      for (int i = 1; i <= processes; i++) {
        String name = "n" + i;
        List<String> all = new ArrayList<>(options);
        if (recordings != null) {
          all.add(
              "-XX:StartFlightRecording:settings=profile,dumponexit=true,filename="
                  + recordings.resolve(name + ".jfr"));
        }
        String data = voters == 1 ? "-" : cluster.directory.resolve(name).toString();
        cluster.processes.add(WorkerProcess.start(all, EchoNode.class, name, group, data));
      }
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static String voters(int count) throws IOException {
    List<ServerSocket> open = new ArrayList<>();
    try {
      StringJoiner voters = new StringJoiner(",");
      for (int i = 1; i <= count; i++) {
        ServerSocket socket = new ServerSocket(0);
        open.add(socket);
        voters.add("n%d=127.0.0.1:%d".formatted(i, socket.getLocalPort()));
      }
      return voters.toString();
    } finally {
      for (ServerSocket socket : open) {
        socket.close();
      }
    }
  }

  /** The first so many, all of which are measured. */
  Contender contender(int nodes) {
    return new Contender(near(), processes.subList(1, nodes));
  }

  /** Where the calls are made. */
  WorkerProcess near() {
    return processes.getFirst();
  }

  List<WorkerProcess> processes() {
    return List.copyOf(processes);
  }

  /** Has the first so many be the members, and waits until they are. */
  void members(int count) throws IOException {
    for (int i = joined; i > count; i--) {
      processes.get(i - 1).ask("leave");
    }
    List<WorkerProcess> joining = processes.subList(Math.min(joined, count), count);
    // All at once: voters wait for each other.
    joining.forEach(process -> process.tell("join"));
    for (WorkerProcess process : joining) {
      process.answer();
    }
    joined = count;
    for (WorkerProcess process : processes.subList(0, count)) {
      process.ask("await " + names(1, count));
    }
  }

  /**
   * Ends the last of the members as if its process had died, with all its actors; one that has many
   * takes its time over leaving.
   */
  void dieLast() throws IOException {
    if (joined > 0) {
      processes.get(joined - 1).ask("die");
      joined--;
    }
  }

  /**
   * Has so many actors active on some of the nodes.
   *
   * @param range those of one range are among each other, those of two are different
   * @return how many seconds their first calls took
   */
  double actors(int range, int count, int firstNode, int lastNode) throws IOException {
    String nanos =
        near().ask("actors %d %d %s".formatted(range, count, names(firstNode, lastNode)));
    return Long.parseLong(nanos) / 1e9;
  }

  private static String names(int first, int last) {
    return String.join(
        " ", IntStream.rangeClosed(first, last).mapToObj(number -> "n" + number).toList());
  }

  /** Resident memory of a process. */
  double residentMebibytes(int node) throws IOException {
    return Usage.residentMebibytes(processes.get(node - 1).pid());
  }

  @Override
  public void close() throws IOException {
    for (WorkerProcess process : processes.reversed()) {
      process.close();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
  }
}
