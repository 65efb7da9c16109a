package dev.orbit.transport.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.Endpoint;
import java.time.Duration;
import java.util.Collections;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsResolverConfigTest {
  private static final String SERVICE = "orbit.shop.svc";

  @Test
  void refusesAShortNameAndSaysWhatToWrite() {
    assertThatThrownBy(() -> DnsResolverConfig.builder("shop", "orbit").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("service is 'orbit', a short name")
        .hasMessageContaining("orbit.default.svc.cluster.local");
  }

  @Test
  void aDotAtTheEndDoesNotMakeAShortNameAFullOne() {
    assertThatThrownBy(() -> DnsResolverConfig.builder("shop", "orbit.").build())
        .hasMessageContaining("short name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a..b", "a b.c", "-a.b", "a/b.c", "10.0.0.1"})
  void refusesWhatIsNoName(String service) {
    assertThatThrownBy(() -> DnsResolverConfig.builder("shop", service).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("service is '" + service + "', which is");
  }

  @Test
  void aNameIsTheSameHoweverItIsSpelled() {
    DnsResolverConfig config = DnsResolverConfig.builder("shop", " Orbit.Shop.svc. ").build();

    assertThat(config.service()).isEqualTo(SERVICE);
  }

  @Test
  void refusesValuesOutOfTheirRange() {
    refuses(config -> config.port(0), "port is 0; allowed are 1 to 65535");
    refuses(config -> config.port(65_536), "port is 65536");
    refuses(config -> config.srv("a b"), "srv is 'a b'");
    refuses(config -> config.attempts(0), "attempts is 0; allowed are 1 to 5");
    refuses(config -> config.attempts(6), "attempts is 6");
    refuses(config -> config.timeout(Duration.ZERO), "timeout is PT0S; allowed are PT0.01S");
    refuses(config -> config.staleFor(Duration.ofDays(2)), "staleFor is PT48H");
    refuses(
        config -> config.cacheFor(Duration.ofHours(2), Duration.ofSeconds(1)), "cacheFor is PT2H");
    refuses(
        config -> config.cacheFor(Duration.ofSeconds(1), Duration.ofSeconds(2)),
        "negativeCacheFor is PT2S; allowed are PT0.001S to PT1S");
    refuses(
        config -> config.servers(Collections.nCopies(6, new Endpoint("10.0.0.1", 53))),
        "6 servers; the most is 5");
  }

  private static void refuses(UnaryOperator<DnsResolverConfig.Builder> setting, String message) {
    DnsResolverConfig.Builder config = setting.apply(DnsResolverConfig.builder("shop", SERVICE));

    assertThatThrownBy(config::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
