package dev.orbit.runtime.internal.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsageTest {
  private final Usage usage = new Usage();

  @Test
  void whatIsUsedMoreCountsMore() {
    for (int i = 0; i < 5; i++) {
      usage.add("hot", 1);
    }
    usage.add("cold", 1);

    assertThat(usage.of("hot")).isGreaterThan(usage.of("cold"));
    assertThat(usage.of("cold")).isGreaterThan(usage.of("never"));
  }

  @Test
  void aBurstDoesNotOutweighSteadyUse() {
    usage.add("burst", 1_000);
    for (int i = 0; i < 12; i++) {
      usage.add("steady", 1);
    }

    assertThat(usage.of("steady")).isGreaterThan(usage.of("burst"));
  }

  @Test
  void thePastCountsLessAndLess() {
    usage.add("then", 1_000_000);
    int before = usage.of("then");
    for (int i = 0; i < 100_000; i++) {
      usage.add("other-" + i % 50, 1);
    }

    assertThat(before).isEqualTo(15);
    assertThat(usage.of("then")).isLessThan(4);
  }

  @Test
  void tellsThingsApartAfterItHasGrown() {
    usage.fit(50_000);
    for (int i = 0; i < 50_000; i++) {
      usage.add("key-" + i, 1);
    }
    usage.add("key-7", 1);
    usage.add("key-7", 1);

    assertThat(usage.of("key-7")).isGreaterThanOrEqualTo(3);
    assertThat(usage.of("absent")).isLessThanOrEqualTo(2);
  }
}
