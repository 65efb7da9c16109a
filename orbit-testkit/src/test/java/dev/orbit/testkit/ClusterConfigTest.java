package dev.orbit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterConfigTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 3", "4, 3", "7, 3"})
  void threeVoteWhereThereAreThree(int nodes, int voters) {
    ClusterConfig config = ClusterConfig.builder().nodes(nodes).build();

    assertThat(config.voters()).isEqualTo(voters);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0  | 0 | nodes is 0; allowed are 1 to 16",
        "17 | 0 | nodes is 17; allowed are 1 to 16",
        "3  | 2 | voters is 2; allowed are 1, 3 or 5, and no more than the 3 nodes",
        "3  | 5 | voters is 5; allowed are 1, 3 or 5, and no more than the 3 nodes"
      })
  void numbersOutOfRangeAreRefused(int nodes, int voters, String message) {
    ClusterConfig.Builder builder = ClusterConfig.builder().nodes(nodes).voters(voters);

    assertThatThrownBy(builder::build).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"2s, PT2S", "1500ms, PT1.5S", "1m, PT1M", "PT3S, PT3S", "' 4 s ', PT4S"})
  void durationsAreReadInShortAndIsoForm(String text, Duration duration) {
    assertThat(OrbitTestExtension.duration(text)).isEqualTo(duration);
  }

  @Test
  void otherDurationsAreRefused() {
    assertThatThrownBy(() -> OrbitTestExtension.duration("soon"))
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContaining("leaseDuration 'soon' is not a duration");
  }
}
