package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SteadyWaysTest {
  private final SteadyWays ways = new SteadyWays();

  @Test
  void theFirstCallGoesAsItWantsAndTheOthersAsItDid() {
    assertThat(ways.enter(1, true)).isTrue();
    assertThat(ways.enter(1, false)).isTrue();
    assertThat(ways.enter(2, false)).isFalse();
    assertThat(ways.enter(2, true)).isFalse();
  }

  @Test
  void theWayChangesWhenAllAreAnswered() {
    var _ = ways.enter(1, true);
    var _ = ways.enter(1, true);
    ways.leave(1);
    assertThat(ways.peek(1, false)).isTrue();

    ways.leave(1);

    assertThat(ways.peek(1, false)).isFalse();
    assertThat(ways.enter(1, false)).isFalse();
  }

  @Test
  void oneThatWasRefusedStraightMayTurnOnlyIfItIsAlone() {
    var _ = ways.enter(1, false);
    assertThat(ways.turn(1)).isTrue();
    assertThat(ways.enter(1, false)).isTrue();

    var _ = ways.enter(2, false);
    var _ = ways.enter(2, false);
    assertThat(ways.turn(2)).isFalse();
  }
}
