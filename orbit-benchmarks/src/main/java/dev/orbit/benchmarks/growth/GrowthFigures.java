package dev.orbit.benchmarks.growth;

import dev.orbit.benchmarks.growth.Curve.Point;
import dev.orbit.benchmarks.harness.Contender;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * What a call costs as one thing grows and all others stay as they are. Prints every measurement
 * and a table of medians.
 *
 * <pre>
 * nodes      1 to 5 nodes, each with 1,024 of the actors that are called
 * actors     so many active actors on the second of two nodes
 * callers    so many threads that each have one call to the other of two nodes under way
 * payload    so many bytes there and back, between two nodes; at most 16 MiB are under way
 * </pre>
 *
 * <p>Where nothing else is said, 256 threads in the first node each have one call of 100 B under
 * way, and are answered by 1,024 actors. Options: see {@link GrowthOptions}.
 */
public final class GrowthFigures {
  private static final int CALLERS = 256;
  private static final int ACTORS = 1_024;
  private static final int BYTES_UNDER_WAY = 16 << 20;
  private static final int FEWEST_WORTH_WEIGHING = 10_000;

  /** Apart from those of the rounds. */
  private static final int WARM_UP_RANGE = 1_000;

  private static final List<String> HEAP = List.of("-Xms256m", "-Xmx2g");

  private final GrowthOptions options;

  private GrowthFigures(GrowthOptions options) {
    this.options = options;
  }

  public static void main(String[] args) throws IOException {
    GrowthOptions options;
    try {
      options = GrowthOptions.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(GrowthOptions.USAGE);
      System.exit(2);
      throw e;
    }
    System.out.printf(
        Locale.ROOT,
        "%s: medians of %d rounds of %d ms, %d cores, JDK %s%n",
        options.curve(),
        options.rounds(),
        options.perPoint().toMillis(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version());
    GrowthFigures figures = new GrowthFigures(options);
    switch (options.curve()) {
      case "nodes" -> figures.nodes();
      case "actors" -> figures.actors();
      case "callers" -> figures.callers();
      case "payload" -> figures.payload();
      default -> throw new IllegalArgumentException(options.curve());
    }
  }

  /** Over all points: how each is called, how much is under way, and which processes take part. */
  private Curve curve(
      IntFunction<String> name, IntUnaryOperator underWay, IntFunction<Contender> processes) {
    return new Curve(
        options.points().stream()
            .map(
                value ->
                    new Point(
                        value,
                        name.apply(value),
                        underWay.applyAsInt(value),
                        processes.apply(value)))
            .toList());
  }

  private void nodes() throws IOException {
    int most = Collections.max(options.points());
    try (EchoCluster cluster = EchoCluster.start(most, 1, HEAP, options.recordings())) {
      Curve curve =
          curve(
              count -> count == 1 ? "1 node" : count + " nodes", _ -> CALLERS, cluster::contender);
      int[] range = {0};
      curve.measure(
          options,
          (point, _) -> {
            cluster.members(point.value());
            cluster.actors(range[0]++, ACTORS * point.value(), 1, point.value());
          },
          (point, _) -> {
            double others = 0;
            for (int node = 2; node <= point.value(); node++) {
              others += cluster.residentMebibytes(node) / (point.value() - 1);
            }
            return new double[] {
              cluster.residentMebibytes(1), point.value() == 1 ? Double.NaN : others
            };
          });
      curve.print(List.of("RSS MiB, first node", "RSS MiB, each other"), List.of("%.0f", "%.0f"));
    }
  }

  private void actors() throws IOException {
    List<String> heap = List.of("-Xms1g", "-Xmx4g");
    try (EchoCluster cluster = EchoCluster.start(2, 1, heap, options.recordings())) {
      Curve curve =
          curve(
              count -> String.format(Locale.ROOT, "%,d actors", count),
              _ -> CALLERS,
              _ -> cluster.contender(2));
      int smallest = options.points().getFirst();
      Map<Integer, double[]> prepared = new HashMap<>();
      double[] empty = {0};
      curve.measure(
          options,
          (point, round) -> {
            if (point.value() == smallest) {
              empty[0] = hostIsEmpty(cluster, round);
            }
            double seconds = cluster.actors(round, point.value(), 2, 2);
            double heapInUse = cluster.processes().get(1).heapInUse();
            boolean few = point.value() < FEWEST_WORTH_WEIGHING;
            prepared.put(
                point.value(),
                new double[] {
                  few ? Double.NaN : (heapInUse - empty[0]) / point.value(),
                  heapInUse / (1 << 20),
                  few ? Double.NaN : point.value() / seconds
                });
          },
          (point, _) -> {
            double[] figures = Objects.requireNonNull(prepared.get(point.value()));
            return new double[] {figures[0], figures[1], cluster.residentMebibytes(2), figures[2]};
          });
      curve.print(
          List.of("heap B/actor", "host's heap MiB", "host's RSS MiB", "first calls/s"),
          List.of("%.0f", "%.0f", "%.0f", "%,.0f"));
    }
  }

  /** Has the second node join anew, so that it has no actors, and answers what is on its heap. */
  private static long hostIsEmpty(EchoCluster cluster, int round) throws IOException {
    cluster.dieLast();
    cluster.members(1);
    cluster.members(2);
    cluster.actors(WARM_UP_RANGE + round, ACTORS, 2, 2);
    return cluster.processes().get(1).heapInUse();
  }

  private void callers() throws IOException {
    try (EchoCluster cluster = EchoCluster.start(2, 1, HEAP, options.recordings())) {
      cluster.members(2);
      cluster.actors(0, ACTORS, 2, 2);
      Curve curve =
          curve(
              count -> String.format(Locale.ROOT, "%,d callers", count),
              count -> count,
              _ -> cluster.contender(2));
      curve.measure(options, (_, _) -> {}, (_, _) -> resident(cluster));
      curve.print(List.of("RSS MiB here", "there"), List.of("%.0f", "%.0f"));
    }
  }

  private void payload() throws IOException {
    try (EchoCluster cluster = EchoCluster.start(2, 1, HEAP, options.recordings())) {
      cluster.members(2);
      cluster.actors(0, ACTORS, 2, 2);
      Curve curve =
          curve(
              bytes -> String.format(Locale.ROOT, "%,d B", bytes),
              bytes -> Math.min(CALLERS, Math.max(1, BYTES_UNDER_WAY / bytes)),
              _ -> cluster.contender(2));
      curve.measure(
          options,
          (point, _) -> cluster.near().ask("text " + point.value()),
          (point, rate) -> {
            double[] resident = resident(cluster);
            return new double[] {2 * rate * point.value() / 1e6, resident[0], resident[1]};
          });
      curve.print(
          List.of("MB/s there and back", "RSS MiB here", "there"),
          List.of("%,.1f", "%.0f", "%.0f"));
    }
  }

  private static double[] resident(EchoCluster cluster) throws IOException {
    return new double[] {cluster.residentMebibytes(1), cluster.residentMebibytes(2)};
  }
}
