package dev.orbit.faults.activation;

import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.orbit.faults.FaultKind;
import dev.orbit.faults.FaultSchedule;
import dev.orbit.faults.FaultsRequired;
import dev.orbit.faults.Fleet;
import dev.orbit.faults.Hosts;
import dev.orbit.faults.NodeCommand;
import dev.orbit.faults.Stamps;
import dev.orbit.testkit.history.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five nodes host two hundred actors that everybody calls, and everything goes wrong. {@code
 * -Dorbit.faults.seconds} says for how long, {@code -Dorbit.faults.seed} in which way: a number, or
 * {@code random}. Unless told otherwise the way is always the same, and shorter on PostgreSQL, of
 * which the other run shows most already.
 */
@Timeout(24 * 60 * 60)
class SingleActivationFaultIT {
  private static final int NODES = 5;
  private static final int CLIENT = 6;
  private static final int STORE = 7;
  private static final String USUAL_SEED = "4";
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration RECOVERY = Duration.ofMinutes(2);
  private static final long USUAL_SECONDS = 60;
  private static final long USUAL_SECONDS_ON_POSTGRES = 15;

  /** Those of the agreement, and nodes that leave and come back. */
  private static final Set<FaultKind> KINDS = EnumSet.allOf(FaultKind.class);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private Keeper keeper = Keeper.SQLITE;
  private int asked;

  /** Where state is kept. */
  private enum Keeper {
    /** In a file, by a process that the nodes ask. */
    SQLITE,
    /** In a server that ends connections, too. */
    POSTGRES
  }

  @Test
  void noActorRunsTwiceNoFencedWriteIsTakenAndNothingAcknowledgedIsLost() {
    survive(Keeper.SQLITE, USUAL_SECONDS);
  }

  @Test
  void onPostgresNoActorRunsTwiceNoFencedWriteIsTakenAndNothingAcknowledgedIsLost() {
    survive(Keeper.POSTGRES, USUAL_SECONDS_ON_POSTGRES);
  }

  private void survive(Keeper where, long usualSeconds) {
    FaultsRequired.check();
    keeper = where;
    Duration length = Duration.ofSeconds(Long.getLong("orbit.faults.seconds", usualSeconds));
    String said = System.getProperty("orbit.faults.seed", USUAL_SEED);
    long seed = said.equals("random") ? new Random().nextLong(1_000_000) : Long.parseLong(said);
    FaultSchedule schedule =
        FaultSchedule.draw(
            seed,
            new FaultSchedule.Options(
                KINDS,
                NODES,
                length,
                Duration.ofSeconds(1),
                HostingNode.LEASE.multipliedBy(2).plusSeconds(1),
                Duration.ofSeconds(4)));
    System.out.println("[faults] files in " + directory + "; " + schedule);
    int drifting = 1 + (int) (seed % NODES);
    double rate = seed / NODES % 2 == 0 ? 1.1 : 0.9;
    System.out.printf("[faults] the clocks of host %d go at %s%n", drifting, rate);

    String integrity;
    List<Fleet.End> ends;
    try (Stamps stamps = Stamps.open(directory.resolve("stamps"), "faults");
        Hosts hosts = Hosts.open(STORE, directory);
        Fleet fleet =
            new Fleet(hosts, directory, host -> command(hosts, host), Map.of(drifting, rate))) {
      start(fleet);
      fleet.process(CLIENT).tell("begin");
      schedule.run(Outages.stamping(fleet, stamps));
      fleet.heal();
      integrity = finish(fleet);
      ends = fleet.ends();
    }

    List<Stamps.Stamp> all = Stamps.read(directory.resolve("stamps"));
    Findings findings = new Findings(all);
    System.out.printf("[faults] %s, %s, seed %d: %s%n", where, length, seed, findings);
    System.out.printf("[faults] how long callers outside waited%n%s%n", new Outages(all, findings));
    assertSoftly(
        softly -> {
          softly.assertThat(findings.overlaps()).as("turns at once").isEmpty();
          softly.assertThat(findings.turnsWithoutLease()).as("turns without lease").isEmpty();
          softly.assertThat(findings.stale()).as("stale memory taken up").isEmpty();
          softly.assertThat(findings.fencedWrites()).as("writes of fenced activations").isEmpty();
          softly.assertThat(findings.lostOrDenied()).as("lost, doubled or denied").isEmpty();
          softly.assertThat(findings.order()).isInstanceOf(Verdict.Linearizable.class);
          softly.assertThat(integrity).as("directory and activations").endsWith(" well");
          softly
              .assertThat(ends)
              .as("ends of processes without a reason")
              .allMatch(SingleActivationFaultIT::hasAReason);
          softly.assertThat(findings.count("ok")).as("acknowledged").isGreaterThan(500);
        });
  }

  /** As in the agreement suite: of a voter whose disk fails, or has lost what it said to have. */
  private static boolean hasAReason(Fleet.End end) {
    return end.diskFailed() || (end.diskLost() && end.exitCode() == HostingNode.FAILED);
  }

  private static void start(Fleet fleet) {
    fleet.start(STORE);
    fleet.process(STORE).awaitLine("ready", START);
    for (int host = 1; host <= NODES; host++) {
      fleet.start(host);
    }
    for (int host = 1; host <= NODES; host++) {
      fleet.process(host).awaitLine("ready", START);
    }
    fleet.start(CLIENT);
    fleet.process(CLIENT).awaitLine("ready", START);
  }

  private NodeCommand command(Hosts hosts, int host) {
    String stamps = directory.resolve("stamps").toString();
    List<String> nodes = new ArrayList<>();
    for (int i = 1; i <= NODES; i++) {
      nodes.add(hosts.address(i));
    }
    return switch (host) {
      case STORE ->
          command(
              "store",
              keeper == Keeper.SQLITE ? StoreProcess.class : PostgresProcess.class,
              List.of(hosts.address(host), directory.resolve("state.db").toString(), stamps));
      case CLIENT -> {
        List<String> arguments = new ArrayList<>(List.of(stamps));
        nodes.forEach(node -> arguments.add(node + ":" + HostingNode.PORT));
        yield command("client", CallingClient.class, arguments);
      }
      default -> {
        List<String> arguments = new ArrayList<>();
        arguments.add(Integer.toString(host));
        arguments.add(directory.resolve("data").resolve("n" + host).toAbsolutePath().toString());
        arguments.add(stamps);
        arguments.add(
            keeper == Keeper.SQLITE
                ? hosts.address(STORE)
                : PostgresProcess.url(hosts.address(STORE)));
        arguments.addAll(nodes);
        yield command("n" + host, HostingNode.class, arguments);
      }
    };
  }

  private NodeCommand command(String name, Class<?> main, List<String> arguments) {
    return new NodeCommand(name, main, arguments, directory.resolve(name + ".log"));
  }

  /** Returns what comparing the directory with all nodes found, when nobody calls any more. */
  private String finish(Fleet fleet) {
    for (int host = 1; host <= NODES; host++) {
      awaitWell(fleet, host);
    }
    for (int host = 1; host <= CLIENT; host++) {
      fleet.process(host).tell("finish");
    }
    for (int host = 1; host <= CLIENT; host++) {
      fleet.process(host).awaitLine("finished", RECOVERY);
    }
    fleet.process(CLIENT).tell("look 1");
    fleet.process(CLIENT).awaitLine("looked 1", RECOVERY);
    fleet.process(1).tell("integrity 1");
    String integrity = fleet.process(1).awaitLine("integrity 1", RECOVERY);
    fleet.process(STORE).tell("finish");
    fleet.process(STORE).awaitLine("finished", RECOVERY);
    return integrity;
  }

  /** A process that still leaves, or starts, is asked again. */
  private void awaitWell(Fleet fleet, int host) {
    Awaitility.await("host %d is well".formatted(host))
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              fleet.process(host).tell("well " + ++asked);
              return fleet.process(host).line("well ").isPresent();
            });
  }
}
