package dev.orbit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PatienceTest {
  @Test
  void asksAgainUntilThereIsAValue() {
    AtomicInteger asked = new AtomicInteger();

    int value =
        Patience.forValue(
            Duration.ofSeconds(10),
            () -> asked.incrementAndGet() < 3 ? Optional.empty() : Optional.of(7),
            () -> "no value");

    assertThat(value).isEqualTo(7);
    assertThat(asked).hasValue(3);
  }

  @Test
  void complainsAfterTheBoundWithWhatIsTrueThen() {
    AtomicInteger asked = new AtomicInteger();

    assertThatThrownBy(
            () ->
                Patience.until(
                    Duration.ofMillis(100),
                    () -> asked.incrementAndGet() < 0,
                    () -> "asked more than twice: " + (asked.get() > 2)))
        .isInstanceOf(AssertionError.class)
        .hasMessage("asked more than twice: true");
  }
}
