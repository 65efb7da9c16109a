package dev.orbit.benchmarks.directory;

import dev.orbit.benchmarks.agreement.Lines;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * How long the actors of a node that is killed as by -9 are out of reach. Three nodes that all vote
 * have so many active actors; 200 of them are called from the first all the time, while the second
 * or the third, in turn, is killed. It is then started again, and the next one is killed when all
 * is served, with other actors.
 *
 * <pre>
 * --leases 2000,6000  durations of leases in milliseconds, each for a cluster of its own
 * --kills 8           how many of each
 * --actors 30000      active ones, over all nodes
 * </pre>
 *
 * <p>Everything is counted from the kill: when the first survivor has the view without the node,
 * when all survivors have the entries of what they own now, and when the first and the last of the
 * node's actors among those that are called has answered again.
 */
public final class RecoveryFigures {
  private static final Duration SETTLING = Duration.ofSeconds(3);
  private static final double SECOND = 1e9;

  private final int kills;
  private final long actors;
  private final Hosts hosts;

  /** Seconds after a kill, and how many actors were waited for. */
  private record Recovery(double view, double served, double first, double last, int actors) {}

  private RecoveryFigures(int kills, long actors, Hosts hosts) {
    this.kills = kills;
    this.actors = actors;
    this.hosts = hosts;
  }

  public static void main(String[] arguments) throws Exception {
    List<Duration> leases = List.of(Duration.ofSeconds(2), Duration.ofSeconds(6));
    int kills = 8;
    long actors = 30_000;
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--leases" ->
            leases =
                Arrays.stream(value.split(","))
                    .map(millis -> Duration.ofMillis(Long.parseLong(millis)))
                    .toList();
        case "--kills" -> kills = Integer.parseInt(value);
        case "--actors" -> actors = Long.parseLong(value);
        default -> throw new IllegalArgumentException("no option: " + arguments[i]);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%,d actors on three nodes, %d cores, JDK %s%n",
        actors,
        Runtime.getRuntime().availableProcessors(),
        Runtime.version());
    List<String> rows = new ArrayList<>();
    for (Duration lease : leases) {
      List<Recovery> recoveries = recoveries(lease, kills, actors);
      rows.add(row("median", lease, recoveries, 0.5));
      rows.add(row("worst", lease, recoveries, 1));
    }
    System.out.println(
        "| lease, of %d kills | view without it | all is served | first actor answers | last |"
            .formatted(kills));
    System.out.println("|---|---|---|---|---|");
    rows.forEach(System.out::println);
    System.exit(0);
  }

  private static List<Recovery> recoveries(Duration lease, int kills, long actors)
      throws Exception {
    Path directory = Files.createTempDirectory("recovery-figures");
    try (Hosts hosts = new Hosts(directory, "hash", lease, List.of("-Xmx1g"))) {
      return new RecoveryFigures(kills, actors, hosts).run(lease);
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  private List<Recovery> run(Duration lease) throws Exception {
    hosts.startThree();
    List<Recovery> recoveries = new ArrayList<>();
    // The first is not counted: the code that takes over has never run.
    for (int kill = 0; kill <= kills; kill++) {
      Recovery recovery = kill(kill % 2 == 0 ? "n2" : "n3", kill * actors);
      System.out.printf(
          Locale.ROOT,
          "lease %d ms, kill %d: view %.2f s, served %.2f s; of %d actors the first %.2f s, the"
              + " last %.2f s%n",
          lease.toMillis(),
          kill,
          recovery.view(),
          recovery.served(),
          recovery.actors(),
          recovery.first(),
          recovery.last());
      if (kill > 0) {
        recoveries.add(recovery);
      }
    }
    return recoveries;
  }

  /** Kills one whose lines are the second of the running nodes, and starts it again. */
  private Recovery kill(String name, long from)
      throws IOException, InterruptedException, TimeoutException {
    List<Lines> nodes = hosts.nodes();
    Lines caller = nodes.getFirst();
    Hosts.ask(caller, "activate %d %d".formatted(from, from + actors));
    Hosts.ask(caller, "watch %d %d".formatted(from, actors));
    Thread.sleep(SETTLING);
    // The one that was killed before was put at the end.
    Lines victim = nodes.remove(1);
    long killed = System.nanoTime();
    victim.kill();
    double view = first(Hosts.askAll(nodes, "members " + nodes.size()), killed);
    double served = seconds(Hosts.latest(Hosts.askAll(nodes, "served")), killed);
    Thread.sleep(SETTLING);
    String[] waits = Hosts.ask(caller, "watched").split(" ");
    nodes.add(hosts.start(name));
    nodes.getLast().await("ready ", Hosts.PATIENCE);
    hosts.awaitServed();
    return new Recovery(
        view,
        served,
        seconds(Long.parseLong(waits[8]), killed),
        seconds(Long.parseLong(waits[9]), killed),
        Integer.parseInt(waits[5]));
  }

  private static double first(List<Long> times, long since) {
    return seconds(times.stream().mapToLong(Long::longValue).min().orElseThrow(), since);
  }

  private static double seconds(long time, long since) {
    return (time - since) / SECOND;
  }

  private static String row(String name, Duration lease, List<Recovery> recoveries, double part) {
    return String.format(
        Locale.ROOT,
        "| %d ms, %s | %.2f s | %.2f s | %.2f s | %.2f s |",
        lease.toMillis(),
        name,
        at(recoveries, part, Recovery::view),
        at(recoveries, part, Recovery::served),
        at(recoveries, part, Recovery::first),
        at(recoveries, part, Recovery::last));
  }

  private static double at(
      List<Recovery> recoveries, double part, ToDoubleFunction<Recovery> figure) {
    double[] sorted = recoveries.stream().mapToDouble(figure).sorted().toArray();
    return sorted[(int) ((sorted.length - 1) * part)];
  }
}
