package dev.orbit.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RaftConfigTest {
  private static final NodeId SELF = new NodeId("a", "shop");

  @Test
  void theMarginIsATenthOfTheLeaseAndNeverTooSmall() {
    assertThat(RaftConfig.alone(SELF).build().margin()).isEqualTo(Duration.ofMillis(600));
    assertThat(RaftConfig.alone(SELF).lease(Duration.ofSeconds(1)).build().margin())
        .isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void aNodeVotesIfItsKeyIsAmongTheVoters() {
    RaftConfig voter = valid("a").build();
    RaftConfig other = RaftConfig.builder(new NodeId("x", "shop"), voters("a", "b", "c")).build();

    assertThat(voter.isVoter()).isTrue();
    assertThat(other.isVoter()).isFalse();
    assertThat(other.cluster()).isEqualTo("shop");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(
            c -> c.lease(Duration.ofMillis(499)), "lease is PT0.499S; allowed is PT0.5S to PT10M"),
        mistake(c -> c.lease(Duration.ofMinutes(11)), "lease is PT11M"),
        mistake(c -> c.margin(Duration.ofSeconds(3)), "margin is PT3S"),
        mistake(c -> c.margin(Duration.ZERO), "margin is PT0S"),
        mistake(c -> c.partitions(0), "partitions is 0; allowed is 1 to 65536"),
        mistake(c -> c.partitions(65537), "partitions is 65537"),
        mistake(c -> c.requestTimeout(Duration.ofMillis(1)), "request timeout is PT0.001S"),
        mistake(c -> c.connectTimeout(Duration.ofHours(1)), "connect timeout is PT1H"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void whatCannotWorkIsNamedWithWhatCan(Consumer<RaftConfig.Builder> mistake, String message) {
    RaftConfig.Builder config = valid("a");

    mistake.accept(config);

    assertThatThrownBy(config::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anEvenNumberOfVotersIsRefused() {
    RaftConfig.Builder config = RaftConfig.builder(SELF, voters("a", "b"));

    assertThatThrownBy(config::build)
        .hasMessageContaining("voters is [a, b]; allowed is 1, 3 or 5");
  }

  @Test
  void oneOfSeveralVotersNeedsADirectoryAndAPort() {
    RaftConfig.Builder nowhere =
        RaftConfig.builder(SELF, voters("a", "b", "c")).listen(new Endpoint("127.0.0.1", 0));
    RaftConfig.Builder deaf =
        RaftConfig.builder(SELF, voters("a", "b", "c")).dataDirectory(Path.of("data"));

    assertThatThrownBy(nowhere::build).hasMessageContaining("data directory is not set");
    assertThatThrownBy(deaf::build).hasMessageContaining("Raft listen address is not set");
  }

  private static Arguments mistake(Consumer<RaftConfig.Builder> mistake, String message) {
    return Arguments.of(mistake, message);
  }

  private static RaftConfig.Builder valid(String key) {
    return RaftConfig.builder(new NodeId(key, "shop"), voters("a", "b", "c"))
        .listen(new Endpoint("127.0.0.1", 0))
        .dataDirectory(Path.of("data"));
  }

  private static SortedMap<String, Endpoint> voters(String... names) {
    SortedMap<String, Endpoint> voters = new TreeMap<>();
    for (String name : names) {
      voters.put(name, new Endpoint("127.0.0.1", 0));
    }
    return voters;
  }
}
