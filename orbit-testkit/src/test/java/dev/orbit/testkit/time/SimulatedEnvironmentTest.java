package dev.orbit.testkit.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SimulatedEnvironmentTest {
  private final SimulatedEnvironment simulation = new SimulatedEnvironment(42);
  private final List<String> log = new ArrayList<>();

  private Runnable note(String what) {
    return () -> log.add(what + "@" + simulation.nanoTime() / 1_000_000);
  }

  @Test
  void nothingRunsBeforeItsTimeAndTimeStandsStillByItself() {
    simulation.schedule(Duration.ofMillis(10), note("a"));

    simulation.advance(Duration.ofMillis(9));
    List<String> before = List.copyOf(log);
    simulation.advance(Duration.ofMillis(1));

    assertThat(before).isEmpty();
    assertThat(log).containsExactly("a@10");
    assertThat(simulation.nanoTime()).isEqualTo(10_000_000);
    assertThat(simulation.wallTime()).isEqualTo(SimulatedEnvironment.START.plusMillis(10));
  }

  @Test
  void runsByTimeAndThenByTheOrderOfScheduling() {
    simulation.schedule(Duration.ofMillis(2), note("late"));
    simulation.schedule(Duration.ofMillis(1), note("first"));
    simulation.node("n").schedule(Duration.ofMillis(1), note("second"));
    simulation.schedule(Duration.ofMillis(1), note("third"));

    simulation.advance(Duration.ofMillis(5));

    assertThat(log).containsExactly("first@1", "second@1", "third@1", "late@2");
  }

  @Test
  void whatATaskSchedulesRunsAtItsOwnTimeWithinTheSameAdvance() {
    simulation.schedule(
        Duration.ofMillis(1), () -> simulation.schedule(Duration.ofMillis(2), note("inner")));

    simulation.advance(Duration.ofMillis(10));

    assertThat(log).containsExactly("inner@3");
  }

  @Test
  void runUntilIdleRunsChainsOfTasksWithoutLettingTimePass() {
    simulation
        .virtualThreads()
        .execute(() -> simulation.virtualThreads().execute(note("second hop")));
    simulation.schedule(Duration.ofNanos(1), note("later"));

    simulation.runUntilIdle();

    assertThat(log).containsExactly("second hop@0");
    assertThat(simulation.pending()).isEqualTo(1);
  }

  @Test
  void aCancelledTaskNeitherRunsNorWaits() {
    Cancellable task = simulation.schedule(Duration.ofMillis(1), note("never"));

    task.cancel();
    task.cancel();
    simulation.advance(Duration.ofMillis(5));

    assertThat(log).isEmpty();
    assertThat(simulation.pending()).isZero();
  }

  @Test
  void aRepetitionRunsUntilItIsCancelledEvenByItself() {
    AtomicReference<Cancellable> self = new AtomicReference<>();
    self.set(
        simulation.scheduleRepeatedly(
            Duration.ofMillis(10),
            () -> {
              note("tick").run();
              if (log.size() == 3) {
                self.get().cancel();
              }
            }));

    simulation.advance(Duration.ofSeconds(1));

    assertThat(log).containsExactly("tick@10", "tick@20", "tick@30");
    assertThat(simulation.pending()).isZero();
  }

  @Test
  void advanceUntilStopsAtTheEventThatMakesTheConditionHold() {
    simulation.scheduleRepeatedly(Duration.ofMillis(10), note("tick"));

    boolean met = simulation.advanceUntil(() -> log.size() == 2, Duration.ofSeconds(1));
    long stoppedAt = simulation.nanoTime();
    boolean notMet = simulation.advanceUntil(() -> log.size() == 100, Duration.ofMillis(30));

    assertThat(met).isTrue();
    assertThat(stoppedAt).isEqualTo(20_000_000);
    assertThat(notMet).isFalse();
    assertThat(simulation.nanoTime()).isEqualTo(50_000_000);
  }

  @Test
  void aTaskThatThrowsFailsTheSimulationWithItsSeedAndForGood() {
    simulation
        .node("node-1")
        .schedule(
            Duration.ofMillis(3),
            () -> {
              throw new IllegalArgumentException("broken");
            });

    assertThatThrownBy(() -> simulation.advance(Duration.ofSeconds(1)))
        .isInstanceOf(SimulationFailure.class)
        .hasMessage(
            "after PT0.003S of virtual time: a task of node 'node-1' threw"
                + " java.lang.IllegalArgumentException: broken (seed 42 repeats it)")
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(simulation::runUntilIdle).isInstanceOf(SimulationFailure.class);
  }

  @Test
  void aCircleOfTasksWithoutTimePassingIsReportedInsteadOfHanging() {
    simulation.virtualThreads().execute(this::again);

    assertThatThrownBy(simulation::runUntilIdle)
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("more than 1000000 events at one moment");
  }

  private void again() {
    simulation.virtualThreads().execute(this::again);
  }

  @Test
  void aTaskMustNotRunTheSimulation() {
    simulation.schedule(Duration.ZERO, simulation::runUntilIdle);

    assertThatThrownBy(simulation::runUntilIdle)
        .hasRootCauseMessage("a task of the simulation tried to run the simulation");
  }

  @Test
  void platformThreadsAreRefusedByName() {
    assertThatThrownBy(() -> simulation.startThread("spinner", () -> {}))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("thread 'spinner'");
  }

  @Test
  void anotherThreadIsRefused() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread other =
        Thread.ofPlatform()
            .name("intruder")
            .start(
                () -> {
                  try {
                    simulation.nanoTime();
                  } catch (IllegalStateException e) {
                    thrown.set(e);
                  }
                });

    other.join();

    assertThat(thrown.get()).hasMessageContaining("was used by 'intruder'");
  }

  @Test
  void oneSeedDrawsTheSameAndAnotherDrawsOtherwise() {
    List<Long> first = draws(new SimulatedEnvironment(7));
    List<Long> again = draws(new SimulatedEnvironment(7));
    List<Long> other = draws(new SimulatedEnvironment(8));

    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
    assertThat(first).doesNotHaveDuplicates();
  }

  private static List<Long> draws(SimulatedEnvironment environment) {
    return List.of(
        environment.random().nextLong(),
        environment.node("a").random().nextLong(),
        environment.node("b").random().nextLong());
  }

  @Test
  void whatOneNodeDrawsDoesNotShiftWhatAnotherDraws() {
    SimulatedEnvironment quiet = new SimulatedEnvironment(7);
    SimulatedEnvironment busy = new SimulatedEnvironment(7);
    quiet.node("a");
    busy.node("a").random().nextLong();

    long inQuiet = quiet.node("b").random().nextLong();
    long inBusy = busy.node("b").random().nextLong();

    assertThat(inBusy).isEqualTo(inQuiet);
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatThrownBy(() -> simulation.advance(Duration.ofMillis(-5)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneThousandRandomTasksRunInTheSameOrderEachTime() {
    List<String> first = randomRun(3);
    List<String> again = randomRun(3);

    assertThat(first).hasSizeGreaterThan(1000);
    assertThat(again).isEqualTo(first);
  }

  private static List<String> randomRun(long seed) {
    SimulatedEnvironment environment = new SimulatedEnvironment(seed);
    List<String> order = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      SimulatedNode node = environment.node(name);
      node.drift(0.5 + node.random().nextDouble());
      for (int i = 0; i < 400; i++) {
        String task = name + i;
        Environment env = node;
        env.schedule(
            Duration.ofNanos(env.random().nextInt(1_000_000)),
            () -> order.add(task + "@" + env.nanoTime()));
      }
    }
    environment.advance(Duration.ofMillis(10));
    return order;
  }
}
