package dev.orbit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That each fault really does to a process what it says. */
@Timeout(120)
class FleetFaultIT {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final int FAST = 3;

  @TempDir private static Path directory;
  private static Hosts hosts;
  private static Fleet fleet;
  private static final AtomicInteger asked = new AtomicInteger();

  @BeforeAll
  static void open() {
    FaultsRequired.check();
    hosts = Hosts.open(3, directory);
    fleet = new Fleet(hosts, directory, FleetFaultIT::command, Map.of(FAST, 1.1));
  }

  @AfterAll
  static void close() {
    if (fleet != null) {
      fleet.close();
      hosts.close();
    }
  }

  @BeforeEach
  void start() {
    fleet.startAll();
    for (int host = 1; host <= 3; host++) {
      fleet.process(host).awaitLine("ready", BOUND);
    }
  }

  @AfterEach
  void heal() {
    fleet.heal();
  }

  private static NodeCommand command(int host) {
    return new NodeCommand(
        "n" + host,
        Probe.class,
        List.of(hosts.address(host), fleet.data(host).toString()),
        directory.resolve("n" + host + ".log"));
  }

  private static String ask(int host, String question) {
    String number = "q" + asked.incrementAndGet() + " ";
    fleet.process(host).tell(number + question);
    return fleet.process(host).awaitLine(number, BOUND).substring(number.length());
  }

  private static String roundTrip(int from, int to) {
    return ask(from, "rtt " + hosts.address(to));
  }

  @Test
  void aCutIsSilentAndEndsWhenItIsHealed() {
    assertThat(roundTrip(1, 2)).matches("\\d+");
    Fault cut = new Fault.Cut(1, 2);

    fleet.begin(cut);

    assertThat(roundTrip(1, 2)).contains("timed out");
    assertThat(roundTrip(2, 1)).contains("timed out");
    assertThat(roundTrip(1, 3)).matches("\\d+");
    fleet.end(cut);
    assertThat(roundTrip(1, 2)).matches("\\d+");
  }

  @Test
  void aSplitStaysWhenAnotherCutEnds() {
    Fault split = new Fault.Split(Set.of(1), Set.of(2, 3));
    Fault cut = new Fault.CutOneWay(2, 3);
    fleet.begin(split);
    fleet.begin(cut);
    assertThat(roundTrip(2, 3)).contains("timed out");

    fleet.end(cut);

    assertThat(roundTrip(2, 3)).matches("\\d+");
    assertThat(roundTrip(3, 1)).contains("timed out");
    fleet.end(split);
    assertThat(roundTrip(3, 1)).matches("\\d+");
  }

  @Test
  void aDelayIsAddedInBothDirectionsAndEnds() {
    Fault delay = new Fault.Delay(1, 50, 20);

    fleet.begin(delay);

    await()
        .atMost(BOUND)
        .untilAsserted(() -> assertThat(Long.parseLong(roundTrip(1, 2))).isBetween(60L, 400L));
    fleet.end(delay);
    await()
        .atMost(BOUND)
        .untilAsserted(() -> assertThat(Long.parseLong(roundTrip(1, 2))).isLessThan(50));
  }

  @Test
  void aLineThatLosesEverythingIsDeadAndLosesNothingAfterwards() {
    hosts.lose(1, List.of(2), 100);
    assertThat(roundTrip(1, 2)).contains("timed out");

    hosts.lose(1, List.of(2), 0);

    assertThat(roundTrip(1, 2)).matches("\\d+");
  }

  @Test
  void whatWasNotSyncedIsGoneAfterALossOfPower() throws Exception {
    Path file = fleet.data(1).resolve("file");
    String before = Files.readString(file);
    ask(1, "write kept");
    assertThat(ask(1, "sync")).isEqualTo("synced");
    ask(1, "write lost");
    Fault loss = new Fault.PowerLoss(1);

    fleet.begin(loss);

    assertThat(Files.readString(file)).isEqualTo(before + "kept");
    fleet.end(loss);
    fleet.process(1).awaitLine("ready", BOUND);
    assertThat(fleet.ends()).isEmpty();
  }

  @Test
  void whatALyingDiskSyncedIsGoneToo() throws Exception {
    Path file = fleet.data(1).resolve("file");
    String before = Files.readString(file);
    fleet.stop(1);
    fleet.disk(1).lie();
    fleet.start(1);
    fleet.process(1).awaitLine("ready", BOUND);
    ask(1, "write lost");
    assertThat(ask(1, "sync")).isEqualTo("synced");
    assertThat(Files.readString(file)).isEqualTo(before + "lost");
    Fault loss = new Fault.PowerLoss(1);

    fleet.begin(loss);

    assertThat(Files.readString(file)).isEqualTo(before);
    fleet.end(loss);
  }

  @Test
  void aFullDiskRefusesWrites() {
    Fault full = new Fault.FullDisk(1);

    fleet.begin(full);

    await()
        .atMost(BOUND)
        .untilAsserted(() -> assertThat(ask(1, "write x")).contains("No space left"));
    fleet.end(full);
    await().atMost(BOUND).until(() -> ask(1, "write x").equals("written"));
  }

  @Test
  void theWallClockJumpsAndTheMonotonicClockDoesNot() {
    Fault jump = new Fault.WallJump(1, 60);

    fleet.begin(jump);

    await()
        .atMost(BOUND)
        .untilAsserted(
            () ->
                assertThat(Long.parseLong(ask(1, "wall")) - System.currentTimeMillis())
                    .isBetween(59_000L, 61_000L));
    String[] clocks = ask(1, "nano").split(" ");
    assertThat(Long.parseLong(clocks[1]) - Long.parseLong(clocks[0]))
        .isBetween(0L, TimeUnit.SECONDS.toNanos(1));
    fleet.end(jump);
  }

  @Test
  void aFastClockIsFastInWhatItMeasuresAndTheSharedClockIsNotFooled() {
    String[] first = ask(FAST, "nano").split(" ");
    await()
        .atMost(BOUND)
        .until(
            () ->
                Long.parseLong(ask(FAST, "nano").split(" ")[1]) - Long.parseLong(first[1])
                    > TimeUnit.SECONDS.toNanos(2));
    String[] last = ask(FAST, "nano").split(" ");

    double measured = Long.parseLong(last[0]) - Long.parseLong(first[0]);
    double real = Long.parseLong(last[1]) - Long.parseLong(first[1]);

    assertThat(measured / real).isBetween(1.09, 1.11);
  }

  @Test
  void aPausedProcessAnswersWhenItIsResumedAndAKilledOneAfterItsRestart() {
    Fault pause = new Fault.Pause(2);
    fleet.begin(pause);
    assertThat(roundTrip(1, 2)).contains("timed out");
    fleet.end(pause);
    assertThat(roundTrip(1, 2)).matches("\\d+");
    Fault kill = new Fault.Kill(2);

    fleet.begin(kill);

    assertThat(fleet.process(2).isAlive()).isFalse();
    fleet.end(kill);
    fleet.process(2).awaitLine("ready", BOUND);
    assertThat(roundTrip(1, 2)).matches("\\d+");
  }

  @Test
  void aProcessThatIsToldToLeaveIsStartedAgainWhenItHasAndThatIsNoEndByItself() {
    int before = fleet.ends().size();
    long pid = fleet.process(2).pid();
    Fault leave = new Fault.Leave(2);

    fleet.begin(leave);
    fleet.end(leave);

    await().atMost(BOUND).until(() -> fleet.process(2).pid() != pid);
    fleet.process(2).awaitLine("ready", BOUND);
    assertThat(fleet.ends()).hasSize(before);
  }

  @Test
  void aProcessThatEndsByItselfIsNotedAndStartedAgain() throws Exception {
    int before = fleet.ends().size();
    long pid = fleet.process(2).pid();

    new ProcessBuilder("kill", "-9", Long.toString(pid)).inheritIO().start().waitFor();

    await().atMost(BOUND).until(() -> fleet.process(2).pid() != pid);
    fleet.process(2).awaitLine("ready", BOUND);
    assertThat(fleet.ends()).hasSize(before + 1);
    assertThat(fleet.ends().getLast().exitCode()).isEqualTo(137);
    assertThat(fleet.ends().getLast().diskFailed()).isFalse();
  }
}
