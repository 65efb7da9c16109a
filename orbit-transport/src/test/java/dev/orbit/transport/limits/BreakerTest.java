package dev.orbit.transport.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.transport.limits.CircuitBreaker.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final long PAUSE = Duration.ofSeconds(1).toNanos();
  private final CircuitBreaker breaker =
      new CircuitBreaker(new BreakerConfig(10, 0.5, Duration.ofSeconds(1), 2));

  private void open() {
    for (int i = 0; i < 10; i++) {
      breaker.failed(0);
    }
  }

  @Test
  void opensWhenHalfOfTheLastCallsFailed() {
    for (int i = 0; i < 9; i++) {
      breaker.failed(0);
    }
    assertThat(breaker.state()).as("too few to judge by").isEqualTo(State.CLOSED);

    breaker.failed(0);

    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(breaker.admits(PAUSE - 1)).isFalse();
    assertThat(breaker.opened()).isEqualTo(1);
  }

  @Test
  void tellsHowLongItSurelyRefuses() {
    open();

    assertThat(breaker.untilTrial(PAUSE / 4)).isEqualTo(Duration.ofMillis(750));
    assertThat(breaker.untilTrial(2 * PAUSE)).isZero();
  }

  @Test
  void forgetsAllWhenItIsReset() {
    open();
    breaker.reset();
    for (int i = 0; i < 9; i++) {
      breaker.failed(0);
    }

    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(breaker.untilTrial(0)).isZero();
  }

  @Test
  void staysClosedWhileFewFail() {
    for (int i = 0; i < 1000; i++) {
      if (i % 5 < 2) {
        breaker.failed(0);
      } else {
        breaker.succeeded();
      }
    }

    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(breaker.admits(0)).isTrue();
  }

  @Test
  void closesWhenAllTrialsSucceed() {
    open();

    assertThat(breaker.admits(PAUSE)).isTrue();
    assertThat(breaker.admits(PAUSE)).isTrue();
    assertThat(breaker.admits(PAUSE)).as("no more than the trials").isFalse();
    breaker.succeeded();
    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    breaker.succeeded();

    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(breaker.admits(PAUSE)).isTrue();
  }

  @Test
  void opensAgainWhenATrialFails() {
    open();
    assertThat(breaker.admits(PAUSE)).isTrue();

    breaker.failed(PAUSE);

    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(breaker.admits(2 * PAUSE - 1)).isFalse();
    assertThat(breaker.admits(2 * PAUSE)).isTrue();
  }

  @Test
  void trialsWhoseOutcomeIsNeverToldAreGivenAgain() {
    open();
    assertThat(breaker.admits(PAUSE)).isTrue();
    assertThat(breaker.admits(PAUSE)).isTrue();

    assertThat(breaker.admits(2 * PAUSE)).isTrue();
  }
}
