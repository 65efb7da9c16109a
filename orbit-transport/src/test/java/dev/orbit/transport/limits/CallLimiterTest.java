package dev.orbit.transport.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallLimiterTest {
  private static CallLimits perClient(double rate, long burst) {
    return new CallLimits(Optional.of(new Rate(rate, burst)), Map.of());
  }

  private static int admitted(CallLimiter limiter, String client, String type) {
    int admitted = 0;
    while (admitted < 1000 && limiter.take(client, type, 0) == 0) {
      admitted++;
    }
    return admitted;
  }

  @Test
  void eachClientHasItsOwnLimit() {
    CallLimiter limiter = new CallLimiter(perClient(1, 5));

    assertThat(admitted(limiter, "a", "Cart")).isEqualTo(5);
    assertThat(admitted(limiter, "b", "Cart")).isEqualTo(5);
    assertThat(limiter.admitted()).isEqualTo(10);
    assertThat(limiter.rejected()).isEqualTo(2);
  }

  @Test
  void aTypeHasOneLimitForAllClients() {
    CallLimiter limiter =
        new CallLimiter(new CallLimits(Optional.empty(), Map.of("Cart", new Rate(1, 5))));

    assertThat(admitted(limiter, "a", "Cart")).isEqualTo(5);
    assertThat(admitted(limiter, "b", "Cart")).isZero();
    assertThat(admitted(limiter, "b", "Stock")).isEqualTo(1000);
  }

  @Test
  void theMembersOfAClusterLetTheLimitInTogether() {
    CallLimits limits = perClient(100, 12);
    int together = 0;
    for (int member = 0; member < 3; member++) {
      CallLimiter limiter = new CallLimiter(limits);
      limiter.members(3);
      together += admitted(limiter, "a", "Cart");
    }

    assertThat(together).isEqualTo(12);
  }

  @Test
  void aChangeCountsForClientsThatAreKnown() {
    CallLimiter limiter = new CallLimiter(perClient(1, 1));
    assertThat(admitted(limiter, "a", "Cart")).isEqualTo(1);

    limiter.change(perClient(1000, 3));

    assertThat(limiter.take("a", "Cart", 1_000_000_000)).isZero();
    assertThat(limiter.take("a", "Cart", 1_000_000_000)).isZero();

    limiter.change(CallLimits.NONE);

    assertThat(admitted(limiter, "a", "Cart")).isEqualTo(1000);
  }
}
