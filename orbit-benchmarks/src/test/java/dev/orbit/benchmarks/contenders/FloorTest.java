package dev.orbit.benchmarks.contenders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FloorTest {
  private static final Ratio THROUGHPUT = ratio(false);
  private static final Ratio LATENCY = ratio(true);

  private final Floor floor =
      Floor.parse(List.of("what was measured:", THROUGHPUT.row(0.50), LATENCY.row(2.10), ""));

  private static Ratio ratio(boolean latency) {
    return Ratio.ALL.stream().filter(each -> each.latency() == latency).findFirst().orElseThrow();
  }

  private List<String> worse(double throughput, double latency) {
    return floor.worse(Map.of(THROUGHPUT, throughput, LATENCY, latency)::get);
  }

  @Test
  void whatIsAsGoodOrBetterPasses() {
    assertThat(worse(0.50, 2.10)).isEmpty();
    assertThat(worse(5.00, 0.20)).isEmpty();
  }

  @Test
  void noiseOfLessThanThreeTenthsPasses() {
    assertThat(worse(0.36, 2.99)).isEmpty();
  }

  @Test
  void whatIsWorseIsNamedWithBothFigures() {
    assertThat(worse(0.34, 2.10))
        .containsExactly(THROUGHPUT + " was 0.50 and is 0.34; 0.35 would do");
    assertThat(worse(0.50, 3.10)).containsExactly(LATENCY + " was 2.10 and is 3.10; 3.00 would do");
  }

  @Test
  void whatWasNotMeasuredDoesNotPass() {
    assertThat(floor.worse(Map.of(THROUGHPUT, 0.50)::get))
        .containsExactly(LATENCY + " was not measured");
  }

  @Test
  void aFileThatComparesNothingIsRefused() {
    assertThatThrownBy(() -> Floor.parse(List.of("# nothing", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing would be compared");
    assertThatThrownBy(() -> Floor.parse(List.of("| throughput of a to b | 0.50 |")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'throughput of a to b' is not measured");
  }
}
