package dev.orbit.benchmarks.start;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Prints what it takes to start a cluster and to have one that does nothing. Arguments: what to
 * measure, how many nodes, how often or for how many seconds, where clusters keep their data, and
 * the {@code orbit} scripts of one or more working copies, which are started in turn.
 *
 * <pre>
 * start NODES ROUNDS DIRECTORY ORBIT...   from the command until a call through each node is answered
 * idle NODES SECONDS DIRECTORY ORBIT...   what nodes take that nobody calls
 * </pre>
 *
 * <p>The first start of each is not counted: files are read from the disk then.
 */
public final class StartFigures {
  /** Connections are made, code is compiled. */
  private static final Duration SETTLING = Duration.ofSeconds(30);

  /** What ends leaves work behind, such as files that are written. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private StartFigures() {}

  public static void main(String[] arguments) throws Exception {
    int nodes = Integer.parseInt(arguments[1]);
    int amount = Integer.parseInt(arguments[2]);
    Path directory = Files.createTempDirectory(Path.of(arguments[3]), "start");
    List<Path> orbits =
        List.of(arguments).subList(4, arguments.length).stream().map(Path::of).toList();
    switch (arguments[0]) {
      case "start" -> start(nodes, amount, directory, orbits);
      case "idle" -> idle(nodes, Duration.ofSeconds(amount), directory, orbits);
      default -> throw new IllegalArgumentException("no figure is called " + arguments[0]);
    }
    System.exit(0);
  }

  private static void start(int nodes, int rounds, Path directory, List<Path> orbits)
      throws Exception {
    Map<Path, List<Start>> starts = new LinkedHashMap<>();
    for (int round = 0; round <= rounds; round++) {
      for (Path orbit : orbits) {
        Start start;
        try (DevCluster cluster = DevCluster.start(orbit, nodes, directory)) {
          start = cluster.begun();
        }
        if (round > 0) {
          starts.computeIfAbsent(orbit, path -> new ArrayList<>()).add(start);
          System.out.printf("round %d %s: %s%n", round, orbit, start);
        }
        Thread.sleep(PAUSE);
      }
    }
    starts.forEach(
        (orbit, list) -> {
          System.out.printf("%d nodes by %s, ms: p50, least, most%n", nodes, orbit);
          print("until a call through each node is answered", list, Start::answeredMillis);
          print("until orbit dev says that it is ready", list, Start::readyMillis);
          print("of that the nodes, from the moment they are started", list, Start::nodesMillis);
          print("processor time of the command and orbit dev", list, Start::commandCpuMillis);
          print("processor time of a node, on average", list, Start::nodeCpuMillis);
        });
  }

  private static void print(String what, List<Start> starts, ToDoubleFunction<Start> figure) {
    double[] sorted = starts.stream().mapToDouble(figure).sorted().toArray();
    System.out.printf(
        "  %-55s %6.0f %6.0f %6.0f%n",
        what, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
  }

  private static void idle(int nodes, Duration time, Path directory, List<Path> orbits)
      throws Exception {
    for (Path orbit : orbits) {
      try (DevCluster cluster = DevCluster.start(orbit, nodes, directory)) {
        Thread.sleep(SETTLING);
        List<ProcessHandle> processes = cluster.processes();
        double[] before = new double[processes.size()];
        for (int i = 0; i < before.length; i++) {
          before[i] = Usage.cpuMillis(processes.get(i).pid());
        }
        Thread.sleep(time);
        for (int i = 0; i < before.length; i++) {
          long pid = processes.get(i).pid();
          System.out.printf(
              "%s %s: %.2f %% of a core, resident %.0f MiB%n",
              orbit,
              i == 0 ? "orbit dev" : "node",
              100 * (Usage.cpuMillis(pid) - before[i]) / time.toMillis(),
              Usage.residentMebibytes(pid));
        }
      }
    }
  }
}
