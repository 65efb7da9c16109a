package dev.orbit.benchmarks.growth;

import dev.orbit.benchmarks.harness.Contender;
import dev.orbit.benchmarks.harness.Measurement;
import dev.orbit.benchmarks.harness.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How long the slowest calls take at half of what the cluster can do. Three nodes that all vote, in
 * processes of their own, have so many active actors; calls are made in the first, to all of them.
 * First it is measured how many calls a second are answered with a number under way; then calls
 * begin at half that rate, each on a thread of its own, minute after minute, and each is timed from
 * when it should have begun.
 *
 * <pre>
 * --minutes 10        how many
 * --actors 100000     active ones, over all nodes
 * --under-way 256     calls, for the peak
 * --rate N            calls a second, in place of half the peak
 * --warmup 40         seconds of the peak before it is measured
 * --recordings DIR    for a flight recording of each process
 * </pre>
 */
public final class TailFigures {
  private static final int NODES = 3;
  private static final int PEAKS = 3;
  private static final long PEAK_MILLIS = 5_000;
  private static final long SETTLING_MILLIS = 10_000;
  private static final long MINUTE_MILLIS = 60_000;
  private static final double MILLI = 1e3;
  private static final List<String> HEAP = List.of("-Xms1g", "-Xmx2g");

  private final int minutes;
  private final int actors;
  private final int underWay;
  private final int rate;
  private final long warmUpMillis;
  private final @Nullable Path recordings;

  private TailFigures(
      int minutes,
      int actors,
      int underWay,
      int rate,
      long warmUpMillis,
      @Nullable Path recordings) {
    this.minutes = minutes;
    this.actors = actors;
    this.underWay = underWay;
    this.rate = rate;
    this.warmUpMillis = warmUpMillis;
    this.recordings = recordings;
  }

  public static void main(String[] args) throws IOException {
    int minutes = 10;
    int actors = 100_000;
    int underWay = 256;
    int rate = 0;
    long warmUpMillis = 40_000;
    Path recordings = null;
    for (int i = 0; i + 1 < args.length; i += 2) {
      String value = args[i + 1];
      switch (args[i]) {
        case "--minutes" -> minutes = Integer.parseInt(value);
        case "--actors" -> actors = Integer.parseInt(value);
        case "--under-way" -> underWay = Integer.parseInt(value);
        case "--rate" -> rate = Integer.parseInt(value);
        case "--warmup" -> warmUpMillis = 1_000L * Integer.parseInt(value);
        case "--recordings" -> recordings = Path.of(value).toAbsolutePath();
        default -> throw new IllegalArgumentException("no option: " + args[i]);
      }
    }
    new TailFigures(minutes, actors, underWay, rate, warmUpMillis, recordings).run();
  }

  private void run() throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%d nodes, %,d actors, %d minutes, %d cores, JDK %s%n",
        NODES,
        actors,
        minutes,
        Runtime.getRuntime().availableProcessors(),
        Runtime.version());
    try (EchoCluster cluster = EchoCluster.start(NODES, NODES, HEAP, recordings)) {
      cluster.members(NODES);
      double seconds = cluster.actors(0, actors, 1, NODES);
      System.out.printf(Locale.ROOT, "all active after %.1f s%n", seconds);
      Contender contender = cluster.contender(NODES);
      double peak = peak(contender);
      int chosen = rate > 0 ? rate : (int) (peak / 2);
      System.out.printf(
          Locale.ROOT,
          "peak with %d under way: %,.0f calls/s; from now on %,d/s%n",
          underWay,
          peak,
          chosen);
      contender.open("echo", chosen, SETTLING_MILLIS);
      cluster.near().ask("all");
      for (WorkerProcess process : cluster.processes()) {
        process.ask("pauses");
      }
      minutes(cluster, contender, chosen);
    }
  }

  private double peak(Contender contender) throws IOException {
    contender.closed("echo", underWay, warmUpMillis);
    double[] peaks = new double[PEAKS];
    for (int i = 0; i < PEAKS; i++) {
      peaks[i] = contender.closed("echo", underWay, PEAK_MILLIS).callsPerSecond();
    }
    Arrays.sort(peaks);
    return peaks[PEAKS / 2];
  }

  private void minutes(EchoCluster cluster, Contender contender, int chosen) throws IOException {
    System.out.println(
        "| minute | calls/s | p50 ms | p99 ms | p99.9 ms | longest ms | CPU us/call | collections:"
            + " number, all, longest; n1 | n2 | n3 |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    for (int minute = 1; minute <= minutes; minute++) {
      print(Integer.toString(minute), contender.open("echo", chosen, MINUTE_MILLIS), cluster);
    }
    print("all", Measurement.ofLine(cluster.near().ask("all")), cluster);
  }

  private static void print(String name, Measurement run, EchoCluster cluster) throws IOException {
    StringBuilder pauses = new StringBuilder();
    for (WorkerProcess process : cluster.processes()) {
      pauses.append(" | ").append(name.equals("all") ? "" : process.ask("pauses"));
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %,.0f | %.2f | %.2f | %.2f | %.1f | %s%s |%n",
        name,
        run.callsPerSecond(),
        run.p50Micros() / MILLI,
        run.p99Micros() / MILLI,
        run.p999Micros() / MILLI,
        run.maxMicros() / MILLI,
        run.cpuNanos() == 0 ? "" : String.format(Locale.ROOT, "%.1f", run.cpuMicrosPerCall()),
        pauses);
  }
}
