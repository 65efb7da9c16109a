package dev.orbit.testkit.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedNodeTest {
  private final SimulatedEnvironment simulation = new SimulatedEnvironment(1);
  private final SimulatedNode node = simulation.node("node-1");
  private final List<Long> ranAtTrueMillis = new ArrayList<>();

  private void note() {
    ranAtTrueMillis.add(simulation.nanoTime() / 1_000_000);
  }

  @Test
  void aFastClockBringsTasksForwardAndASlowOnePutsThemOff() {
    SimulatedNode slow = simulation.node("slow");
    node.drift(2.0);
    slow.drift(0.5);
    node.schedule(Duration.ofMillis(10), this::note);
    slow.schedule(Duration.ofMillis(10), this::note);

    simulation.advance(Duration.ofMillis(30));

    assertThat(ranAtTrueMillis).containsExactly(5L, 20L);
    assertThat(node.nanoTime()).isEqualTo(60_000_000);
    assertThat(slow.nanoTime()).isEqualTo(15_000_000);
  }

  @Test
  void aChangeOfRateMovesTasksThatAlreadyWait() {
    node.schedule(Duration.ofMillis(10), this::note);

    simulation.advance(Duration.ofMillis(4));
    node.drift(3.0);
    simulation.advance(Duration.ofMillis(10));

    assertThat(ranAtTrueMillis).containsExactly(6L);
  }

  @Test
  void aStandingClockHoldsTasksUntilItRunsAgain() {
    node.schedule(Duration.ofMillis(10), this::note);
    node.drift(0);

    simulation.advance(Duration.ofSeconds(10));
    long whileStanding = node.nanoTime();
    node.drift(1);
    simulation.advance(Duration.ofMillis(10));

    assertThat(whileStanding).isZero();
    assertThat(ranAtTrueMillis).containsExactly(10_010L);
  }

  @Test
  void aPausedNodeRunsNothingWhileItsClockRunsOnAndCatchesUpLate() {
    node.schedule(Duration.ofMillis(10), this::note);
    node.pause();

    simulation.advance(Duration.ofMillis(50));
    long clockInThePause = node.nanoTime();
    node.resume();
    simulation.runUntilIdle();

    assertThat(clockInThePause).isEqualTo(50_000_000);
    assertThat(ranAtTrueMillis).containsExactly(50L);
  }

  @Test
  void theOthersRunOnWhileOneIsPaused() {
    simulation.node("other").schedule(Duration.ofMillis(5), this::note);
    node.schedule(Duration.ofMillis(1), this::note);
    node.pause();

    simulation.advance(Duration.ofMillis(10));

    assertThat(ranAtTrueMillis).containsExactly(5L);
  }

  @Test
  void aCrashedNodeRunsNothingAnyMoreAndItsNameStartsAfresh() {
    node.schedule(Duration.ofMillis(1), this::note);

    node.crash();
    node.schedule(Duration.ofMillis(1), this::note);
    simulation.advance(Duration.ofMillis(10));
    SimulatedNode next = simulation.node("node-1");
    next.schedule(Duration.ofMillis(1), this::note);
    simulation.advance(Duration.ofMillis(10));

    assertThat(node.isCrashed()).isTrue();
    assertThat(next).isNotSameAs(node);
    assertThat(ranAtTrueMillis).containsExactly(11L);
  }

  @Test
  void theWallClockJumpsWithoutTheMonotonicOne() {
    simulation.advance(Duration.ofSeconds(5));

    node.stepWallTime(Duration.ofHours(-1));

    assertThat(node.wallTime())
        .isEqualTo(SimulatedEnvironment.START.plusSeconds(5).minus(Duration.ofHours(1)));
    assertThat(node.nanoTime()).isEqualTo(5_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.1, 0.333, 0.999999, 1.0000001, 1.1, 3.0, 7.7, 1000.0})
  void noTaskEverSeesAClockBeforeItsOwnTime(double rate) {
    node.drift(rate);
    List<Long> lateness = new ArrayList<>();
    for (int i = 1; i < 500; i++) {
      long due = i * 7_919L;
      node.schedule(Duration.ofNanos(due), () -> lateness.add(node.nanoTime() - due));
    }

    simulation.advance(Duration.ofSeconds(10));

    assertThat(lateness).hasSize(499).allMatch(late -> late >= 0 && late <= Math.ceil(rate));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, 1001, Double.POSITIVE_INFINITY})
  void ratesThatNoClockHasAreRefused(double rate) {
    assertThatThrownBy(() -> node.drift(rate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("clock rate %s is not within 0 to 1000.0".formatted(rate));
  }
}
