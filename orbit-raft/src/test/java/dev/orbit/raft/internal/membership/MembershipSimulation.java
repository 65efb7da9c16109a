package dev.orbit.raft.internal.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.orbit.raft.internal.membership.SimulatedCluster.Plant;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.slf4j.LoggerFactory;

/**
 * Leases and views under pauses, cuts, crashes, elections, loss and drift. Longer with {@code
 * -Dorbit.simulation.seeds=10000}, another course with {@code -Dorbit.simulation.seed=N}.
 */
@Tag("simulation")
class MembershipSimulation {
  private static final Duration FAULTS = Duration.ofMinutes(3);
  private static final long FIRST = Long.getLong("orbit.simulation.seed", 1);
  private static final long SEEDS = Long.getLong("orbit.simulation.seeds", 200);

  private static Level before;

  /** Tens of thousands of lives would tell of their end. */
  @BeforeAll
  static void silence() {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.orbit");
    before = logger.getLevel();
    logger.setLevel(Level.ERROR);
  }

  @AfterAll
  static void speak() {
    ((Logger) LoggerFactory.getLogger("dev.orbit")).setLevel(before);
  }

  @Test
  void nobodyIsDeclaredDeadWhoStillHoldsItsLeaseAndNoViewIsSkipped() {
    long events = 0;
    long leases = 0;

    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      SimulatedCluster cluster = new SimulatedCluster(seed, Plant.NOTHING);
      Throwable failure = catchThrowable(() -> cluster.run(FAULTS));
      assertThat(failure).as("seed %d", seed).isNull();
      events += cluster.events;
      leases += cluster.leasesGiven;
    }

    System.out.printf(
        "membership simulation: %d seeds, %d events, %d lives%n", SEEDS, events, leases);
    // Without these it would have shown nothing.
    assertThat(leases).isGreaterThan(SEEDS * 20);
    assertThat(events).isGreaterThan(SEEDS * 5000);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NOTHING")
  void whatIsPlantedIsFound(Plant plant) {
    LongStream seeds = LongStream.range(FIRST, FIRST + 60);

    boolean found =
        seeds.anyMatch(
            seed -> {
              SimulatedCluster cluster = new SimulatedCluster(seed, plant);
              Throwable failure = catchThrowable(() -> cluster.run(FAULTS));
              return failure instanceof AssertionError
                  && failure.getMessage().contains("still holds its lease");
            });

    assertThat(found).isTrue();
  }
}
