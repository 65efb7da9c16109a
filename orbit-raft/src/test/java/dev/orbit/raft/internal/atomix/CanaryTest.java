package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class CanaryTest {
  private static Optional<String> after(int ticks, LongFunction<Canary.Signs> signs) {
    Canary canary = new Canary();
    Optional<String> said = Optional.empty();
    for (long tick = 0; tick < ticks && said.isEmpty(); tick++) {
      said = canary.tick(signs.apply(tick));
    }
    return said;
  }

  @Test
  void aVoterThatWorksIsLeftAlone() {
    assertThat(after(1000, tick -> new Canary.Signs(tick, tick, tick, tick, tick))).isEmpty();
  }

  @Test
  void anIdleVoterIsLeftAlone() {
    assertThat(after(1000, tick -> new Canary.Signs(tick, tick, 7, 7, 0))).isEmpty();
  }

  @Test
  void aThreadThatTakesNoTurnsIsNoticed() {
    assertThat(after(100, tick -> new Canary.Signs(5, tick, 0, 0, 0)))
        .hasValueSatisfying(reason -> assertThat(reason).contains("protocol's thread"));
    assertThat(after(100, tick -> new Canary.Signs(tick, 5, 0, 0, 0)))
        .hasValueSatisfying(reason -> assertThat(reason).contains("applies commands"));
  }

  @Test
  void commitsThatAreNotAppliedAreNoticed() {
    assertThat(after(100, tick -> new Canary.Signs(tick, tick, 9, 7, 0)))
        .hasValue("entry 9 is committed, and nothing after 7 is applied");
  }

  @Test
  void aVoterThatCatchesUpSlowlyIsLeftAlone() {
    assertThat(after(500, tick -> new Canary.Signs(tick, tick, 1000, tick, 0))).isEmpty();
  }

  @Test
  void aRequestThatIsNeverAnsweredIsNoticed() {
    assertThat(after(100, tick -> new Canary.Signs(tick, tick, 7, 7, 3))).isPresent();
  }

  @Test
  void aShortStandstillIsForgiven() {
    assertThat(after(1000, tick -> new Canary.Signs(tick / (Canary.PATIENCE - 1), tick, 7, 7, 0)))
        .isEmpty();
  }
}
