package dev.orbit.faults.agreement;

import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.orbit.faults.Claims;
import dev.orbit.faults.FaultKind;
import dev.orbit.faults.FaultSchedule;
import dev.orbit.faults.FaultsRequired;
import dev.orbit.faults.Fleet;
import dev.orbit.faults.Hosts;
import dev.orbit.faults.NodeCommand;
import dev.orbit.faults.Stamps;
import dev.orbit.testkit.history.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five voters, and everything goes wrong. {@code -Dorbit.faults.seconds} says for how long, {@code
 * -Dorbit.faults.seed} in which way: a number, or {@code random}. Unless told otherwise the way is
 * always the same, so that a change is judged by what it does and not by the draw.
 *
 * <p>Where a voter refuses to start because its disk has lost what it promised, the test does what
 * an operator does: moves the directory away and has it replaced.
 */
@Timeout(24 * 60 * 60)
class AgreementFaultIT {
  private static final int VOTERS = 5;
  private static final String USUAL_SEED = "38159";
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration RECOVERY = Duration.ofSeconds(60);
  private static final Duration LENGTH =
      Duration.ofSeconds(Long.getLong("orbit.faults.seconds", 60));

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private final Set<Integer> replaced = new HashSet<>();

  @Test
  void nothingAcknowledgedIsLostOrDoneTwiceAndNoLeaseIsHeldTwice() {
    FaultsRequired.check();
    long seed = seed(System.getProperty("orbit.faults.seed", USUAL_SEED));
    FaultSchedule schedule =
        FaultSchedule.draw(seed, FaultSchedule.Options.of(FaultKind.all(), VOTERS, LENGTH));
    System.out.println("[faults] " + schedule);
    int drifting = 1 + (int) (seed % VOTERS);
    double rate = seed / VOTERS % 2 == 0 ? 1.1 : 0.9;
    System.out.printf(
        "[faults] the clocks of host %d go at %s; files in %s%n", drifting, rate, directory);

    List<String> reports;
    List<Fleet.End> ends;
    int starts;
    try (Hosts hosts = Hosts.open(VOTERS, directory);
        Fleet fleet =
            new Fleet(hosts, directory, host -> command(hosts, host), Map.of(drifting, rate))) {
      fleet.startAll();
      forEach(host -> fleet.process(host).awaitLine("ready", START));
      ping(fleet, 1, START);
      schedule.run(fleet);
      fleet.heal();
      forEach(host -> fleet.process(host).awaitLine("ready", START));
      ping(fleet, 2, RECOVERY);
      reports = finish(fleet);
      ends = fleet.ends();
      starts = fleet.starts();
    }

    Findings findings = new Findings(Stamps.read(directory.resolve("stamps")));
    System.out.printf(
        "[faults] seed %d: %s, lost %d, doubled %d, starts %d, ended by themselves %d, replaced"
            + " %s%n",
        seed,
        findings,
        findings.lostOrDenied().size(),
        findings.doubled().size(),
        starts,
        ends.size(),
        replaced);
    assertSoftly(
        softly -> {
          softly.assertThat(findings.lostOrDenied()).as("lost").isEmpty();
          softly.assertThat(findings.doubled()).as("doubled").isEmpty();
          softly.assertThat(findings.diverged()).as("diverged").isEmpty();
          softly.assertThat(new HashSet<>(reports)).as("reports %s", reports).hasSize(1);
          softly.assertThat(findings.order()).isInstanceOf(Verdict.Linearizable.class);
          softly.assertThat(Claims.overlaps(findings.leases())).as("two lives").isEmpty();
          softly.assertThat(findings.deadWhileHolding()).as("dead and holding").isEmpty();
          softly.assertThat(findings.skippedViews()).as("views").isEmpty();
          softly
              .assertThat(ends)
              .as("ends of processes without a reason")
              .allMatch(AgreementFaultIT::hasAReason);
          softly.assertThat(findings.count("ok")).as("acknowledged").isGreaterThan(100);
        });
  }

  private static long seed(String said) {
    return said.equals("random") ? new Random().nextLong(1_000_000) : Long.parseLong(said);
  }

  private NodeCommand command(Hosts hosts, int host) {
    List<String> arguments = new ArrayList<>();
    arguments.add(Integer.toString(host));
    Path data = directory.resolve("data").resolve("n" + host).toAbsolutePath();
    arguments.add(data.toString());
    arguments.add(Boolean.toString(isReplaced(host, data)));
    arguments.add(directory.resolve("stamps").toString());
    for (int i = 1; i <= VOTERS; i++) {
      arguments.add(hosts.address(i));
    }
    return new NodeCommand(
        "n" + host, AgreementNode.class, arguments, directory.resolve("n" + host + ".log"));
  }

  /** Whether a host lost its data, which are moved away when it has said so. */
  private boolean isReplaced(int host, Path data) {
    Path refusal = AgreementNode.refusal(data);
    try {
      if (Files.exists(refusal)) {
        System.out.printf("[faults] host %d is replaced: %s%n", host, Files.readString(refusal));
        Files.move(data, data.resolveSibling(data.getFileName() + ".lost-" + System.nanoTime()));
        Files.createDirectory(data);
        Files.delete(refusal);
        replaced.add(host);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return replaced.contains(host);
  }

  private static void forEach(IntConsumer action) {
    for (int host = 1; host <= VOTERS; host++) {
      action.accept(host);
    }
  }

  /** Every voter has a command of its own answered; those that are not are asked again. */
  private static void ping(Fleet fleet, int round, Duration bound) {
    int[] asked = {round * 1_000};
    forEach(
        host ->
            Awaitility.await("an answer to host " + host)
                .atMost(bound)
                .pollInterval(Duration.ofMillis(500))
                .until(
                    () -> {
                      fleet.process(host).tell("ping " + ++asked[0]);
                      return fleet.process(host).line("pong " + round).isPresent();
                    }));
  }

  /** Returns what each voter has applied, when nobody calls any more and all have applied it. */
  private static List<String> finish(Fleet fleet) {
    forEach(host -> fleet.process(host).tell("finish"));
    forEach(host -> fleet.process(host).awaitLine("finished", RECOVERY));
    int[] asked = {0};
    Awaitility.await("all voters are at the same place")
        .atMost(RECOVERY)
        .until(
            () -> {
              String number = "index " + ++asked[0] + " ";
              Set<String> places = new HashSet<>();
              forEach(host -> fleet.process(host).tell(number.trim()));
              forEach(host -> places.add(fleet.process(host).awaitLine(number, RECOVERY)));
              return places.size() == 1;
            });
    List<String> reports = new ArrayList<>();
    forEach(host -> fleet.process(host).tell("report"));
    forEach(host -> reports.add(fleet.process(host).awaitLine("report", RECOVERY)));
    return reports;
  }

  /**
   * A voter must stop when its disk fails; and one whose disk lied and lost something may find that
   * out at any later time, and says so. Nothing else is a reason, nor is a lie before the crash.
   */
  private static boolean hasAReason(Fleet.End end) {
    boolean saysSo =
        end.exitCode() == AgreementNode.FAILED || end.exitCode() == AgreementNode.REFUSED;
    return end.diskFailed() || (end.diskLost() && saysSo);
  }
}
