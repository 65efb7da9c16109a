package dev.orbit.runtime.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.orbit.runtime.internal.directory.Surroundings.Rules;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * The directory under every fault that it is made for. Longer with {@code
 * -Dorbit.simulation.seeds=100000}, another course with {@code -Dorbit.simulation.seed=N}; in how
 * many of 300 seeds each planted defect is found with {@code -Dorbit.simulation.count=true}.
 */
@Tag("simulation")
class DirectorySimulation {
  private static final int MILLISECONDS = 4_000;
  private static final long FIRST = Long.getLong("orbit.simulation.seed", 1);
  private static final long SEEDS = Long.getLong("orbit.simulation.seeds", 500);

  /** Within so many seeds every planted defect must be found. */
  private static final int SEEDS_FOR_PLANTS = 300;

  /** Whether to go on when a planted defect was found. */
  private static final boolean COUNTS = Boolean.getBoolean("orbit.simulation.count");

  private static Level before;

  @BeforeAll
  static void silence() {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.orbit");
    before = logger.getLevel();
    logger.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    ((Logger) LoggerFactory.getLogger("dev.orbit")).setLevel(before);
  }

  @Test
  void noActorIsEverActiveTwiceAndEntriesMatchActivationsInTheEnd() {
    long granted = 0;
    long ran = 0;
    long steps = 0;
    long carried = 0;
    long ahead = 0;
    long begun = System.nanoTime();

    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      SimulatedDirectories cluster = new SimulatedDirectories(seed, Rules.ALL);
      Throwable failure = catchThrowable(() -> cluster.run(MILLISECONDS));
      assertThat(failure)
          .as("seed %d (replay with -Dorbit.simulation.seed=%d)", seed, seed)
          .isNull();
      granted += cluster.granted;
      ran += cluster.ran;
      steps += cluster.steps;
      carried += cluster.carried();
      ahead += cluster.ahead;
    }
    double minutes = (System.nanoTime() - begun) / 60e9;

    System.out.printf(
        "directory simulation: %d seeds, %.0f a minute, %d events, %d grants, %d calls run,"
            + " %d times carried, %d actors asked for ahead of their partition%n",
        SEEDS, SEEDS / minutes, steps, granted, ran, carried, ahead);
    // Without these it would have shown nothing.
    assertThat(granted).isGreaterThan(SEEDS * 20);
    assertThat(ran).isGreaterThan(SEEDS * 100);
    assertThat(carried).isGreaterThan(SEEDS);
    assertThat(ahead).isGreaterThan(SEEDS);
  }

  static Stream<Arguments> plants() {
    return Stream.of(
        Arguments.of(
            "a recovery does not wait for the members", new Rules(false, true, true, true)),
        Arguments.of("views of questions are ignored", new Rules(true, false, true, true)),
        Arguments.of("grants are given before the hand-over", new Rules(true, true, false, true)),
        Arguments.of(
            "an actor is granted before its former owner has said where it is",
            new Rules(true, true, true, false)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("plants")
  void whatIsPlantedIsFound(String what, Rules rules) {
    long found = -1;
    int count = 0;

    for (long seed = FIRST; seed < FIRST + SEEDS_FOR_PLANTS && (found < 0 || COUNTS); seed++) {
      SimulatedDirectories cluster = new SimulatedDirectories(seed, rules);
      Throwable failure = catchThrowable(() -> cluster.run(MILLISECONDS));
      if (failure instanceof AssertionError
          && String.valueOf(failure.getMessage()).contains("two activations")) {
        found = found < 0 ? seed : found;
        count++;
      }
    }

    System.out.printf("directory simulation: \"%s\" found with seed %d%n", what, found);
    if (COUNTS) {
      System.out.printf("  and in %d of %d seeds%n", count, SEEDS_FOR_PLANTS);
    }
    assertThat(found).as("%s, not found within %d seeds", what, SEEDS_FOR_PLANTS).isPositive();
  }
}
