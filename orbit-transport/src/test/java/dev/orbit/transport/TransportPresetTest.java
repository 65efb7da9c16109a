package dev.orbit.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.transport.limits.BreakerConfig;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** S1.5, S2.10 and S2.19. */
class TransportPresetTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          standard        | PT5S  | PT0.1S | 2.0 | PT5S  | PT30S | PT10S | PT30M | 16777216 | 1  | 3
          production      | PT30S | PT1S   | 1.6 | PT2M  | PT10S | PT5S  | PT30M | 4194304  | 10 | 5
          development     | PT5S  | PT0.5S | 2.0 | PT10S | PT30S | PT10S | PT5M  | 16777216 | 2  | 3
          high-throughput | PT10S | PT0.1S | 2.0 | PT5S  | PT30S | PT10S | PT0S  | 16777216 | 20 | 3
          """)
  void holdsWhatItsNamePromises(
      String name,
      Duration connect,
      Duration backoff,
      double multiplier,
      Duration maxBackoff,
      Duration keepAlive,
      Duration keepAliveTimeout,
      Duration idle,
      int bytes,
      int connections,
      int attempts) {
    TransportConfig config = TransportPreset.named(name).config();

    assertThat(config.connectTimeout()).isEqualTo(connect);
    assertThat(config.initialBackoff()).isEqualTo(backoff);
    assertThat(config.backoffMultiplier()).isEqualTo(multiplier);
    assertThat(config.maxBackoff()).isEqualTo(maxBackoff);
    assertThat(config.keepAliveInterval()).isEqualTo(keepAlive);
    assertThat(config.keepAliveTimeout()).isEqualTo(keepAliveTimeout);
    assertThat(config.idleTimeout()).isEqualTo(idle);
    assertThat(config.maxMessageBytes()).isEqualTo(bytes);
    assertThat(config.maxConnections()).isEqualTo(connections);
    assertThat(config.retryAttempts()).isEqualTo(attempts);
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsNameInAnyCase(TransportPreset preset) {
    assertThat(TransportPreset.named(preset.presetName().toUpperCase(java.util.Locale.ROOT)))
        .isEqualTo(preset);
  }

  @Test
  void namesAllThereAreWhereTheNameIsUnknown() {
    assertThatThrownBy(() -> TransportPreset.named("fast"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "transport preset 'fast'; there are standard, production, development,"
                + " high-throughput");
  }

  @Test
  void theStandardIsTheDefault() {
    assertThat(TransportPreset.STANDARD.config()).isEqualTo(TransportConfig.DEFAULT);
  }

  @Test
  void aBuilderThatBeginsWithAConfigKeepsAllOfIt() throws Exception {
    TransportConfig odd =
        TransportConfig.builder()
            .connectTimeout(Duration.ofSeconds(1))
            .requestTimeout(Duration.ofSeconds(2))
            .keepAliveInterval(Duration.ofSeconds(13))
            .keepAliveTimeout(Duration.ofSeconds(3))
            .tcpKeepAlive(Duration.ofSeconds(4))
            .maxMessageBytes(5_000_000)
            .initialBackoff(Duration.ofMillis(6))
            .backoffMultiplier(3.0)
            .backoffJitter(0.3)
            .maxBackoff(Duration.ofSeconds(7))
            .maxQueuedMessages(8)
            .maxQueuedBytes(9_000_000)
            .maxInFlight(10)
            .adaptiveInFlight(true)
            .batchMessages(11)
            .batchBytes(12_000)
            .batchLinger(Duration.ofMillis(5))
            .flowControlWindow(130_000)
            .adaptiveWindow(false)
            .unixSockets(false)
            .eagerLoops(false)
            .maxConnections(14)
            .idleTimeout(Duration.ofMinutes(15))
            .warmConnections(3)
            .maxAge(Duration.ofHours(16))
            .sweepInterval(Duration.ofSeconds(21))
            .retryAttempts(7)
            .maxSilence(Duration.ofMillis(170))
            .breaker(new BreakerConfig(18, 0.9, Duration.ofSeconds(19), 20))
            .compression(new CompressionConfig(CompressionConfig.Algorithm.GZIP, 9, 100, 0.5))
            .bulk(new BulkConfig(21_000, 22_000, 2_300_000, 24_000_000))
            .build();

    assertThat(TransportConfig.builder(odd).build()).isEqualTo(odd);
    for (RecordComponent component : TransportConfig.class.getRecordComponents()) {
      assertThat(component.getAccessor().invoke(odd))
          .as("%s is tried with another value than its default", component.getName())
          .isNotEqualTo(component.getAccessor().invoke(TransportConfig.DEFAULT));
    }
  }
}
