package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlineSweepTest {
  private final FakeEnvironment environment = new FakeEnvironment();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger looks = new AtomicInteger();
  private final DeadlineSweep sweep =
      new DeadlineSweep(
          environment,
          now -> {
            looks.incrementAndGet();
            return waiting.get() > 0;
          });

  @Test
  void looksAgainAndAgainWhileSomethingWaits() {
    waiting.set(1);

    sweep.arm();
    sweep.arm();
    environment.advance(DeadlineSweep.PERIOD.multipliedBy(5));

    assertThat(looks).hasValue(5);
    assertThat(environment.timers()).isEqualTo(1);
  }

  @Test
  void restsWhenNothingWaitsAndWakesForTheNext() {
    waiting.set(1);
    sweep.arm();
    environment.advance(DeadlineSweep.PERIOD);
    waiting.set(0);
    environment.advance(Duration.ofSeconds(1));
    int resting = environment.timers();

    waiting.set(1);
    sweep.arm();
    int awake = environment.timers();

    assertThat(resting).isZero();
    assertThat(awake).isEqualTo(1);
  }

  @Test
  void doesNotForgetWhatCameInWhileItWentToRest() {
    AtomicInteger calls = new AtomicInteger();
    // Nothing waits at the first look, something at the second, as if it had come between them.
    DeadlineSweep racing = new DeadlineSweep(environment, now -> calls.incrementAndGet() > 1);

    racing.arm();
    environment.advance(DeadlineSweep.PERIOD);

    assertThat(calls).hasValue(2);
    assertThat(environment.timers()).isEqualTo(1);
  }

  @Test
  void goesOnAfterALookThatThrew() {
    AtomicInteger calls = new AtomicInteger();
    DeadlineSweep failing =
        new DeadlineSweep(
            environment,
            now -> {
              if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("on purpose");
              }
              return true;
            });
    failing.arm();

    try {
      environment.advance(DeadlineSweep.PERIOD);
    } catch (IllegalStateException expected) {
      assertThat(expected).hasMessage("on purpose");
    }
    environment.advance(DeadlineSweep.PERIOD);

    assertThat(calls).hasValue(2);
  }
}
