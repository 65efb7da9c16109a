package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.transport.TransportConfig;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static TransportConfig config(double jitter) {
    return TransportConfig.builder()
        .initialBackoff(Duration.ofMillis(100))
        .backoffMultiplier(2)
        .maxBackoff(Duration.ofMillis(1500))
        .backoffJitter(jitter)
        .build();
  }

  @Test
  void growsByTheMultiplierUpToTheLongestPause() {
    Backoff backoff = new Backoff(config(0), new FakeEnvironment().random());

    List<Long> pauses = Stream.generate(backoff::next).limit(6).map(Duration::toMillis).toList();

    assertThat(pauses).containsExactly(100L, 200L, 400L, 800L, 1500L, 1500L);
  }

  @Test
  void variesEachPauseWithinTheJitter() {
    Backoff backoff = new Backoff(config(0.2), new FakeEnvironment().random());

    List<Double> pauses =
        Stream.generate(backoff::next)
            .skip(10)
            .limit(200)
            .map(pause -> pause.toNanos() / 1e6)
            .toList();

    assertThat(pauses).allSatisfy(pause -> assertThat(pause).isBetween(1200.0, 1800.0));
    assertThat(pauses.stream().mapToDouble(p -> p).min().orElseThrow()).isLessThan(1300);
    assertThat(pauses.stream().mapToDouble(p -> p).max().orElseThrow()).isGreaterThan(1700);
  }

  @Test
  void beginsAnewAfterASuccess() {
    Backoff backoff = new Backoff(config(0), new FakeEnvironment().random());
    backoff.next();
    backoff.next();

    backoff.reset();

    assertThat(backoff.next()).isEqualTo(Duration.ofMillis(100));
  }
}
