package dev.orbit.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ConfigurationException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TransportConfigTest {
  @Test
  void hasTheDefaultsOfTheRequirement() {
    TransportConfig config = TransportConfig.DEFAULT;

    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.requestTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.keepAliveInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.keepAliveTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.maxMessageBytes()).isEqualTo(16 * 1024 * 1024);
    assertThat(config.initialBackoff()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.backoffMultiplier()).isEqualTo(2.0);
    assertThat(config.tcpKeepAlive()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.adaptiveWindow()).isTrue();
  }

  @Test
  void takesNoKeepAliveForZero() {
    TransportConfig config = TransportConfig.builder().keepAliveInterval(Duration.ZERO).build();

    assertThat(config.keepAliveInterval()).isZero();
  }

  @TestFactory
  Stream<DynamicTest> namesKeyValueAndRangeOfASettingThatIsOutOfRange() {
    Map<String, Function<TransportConfig.Builder, TransportConfig.Builder>> bad =
        Map.ofEntries(
            Map.entry(
                "connectTimeout=PT0S; allowed are PT0.01S to PT5M",
                b -> b.connectTimeout(Duration.ZERO)),
            Map.entry(
                "requestTimeout=PT2H; allowed are PT0.001S to PT1H",
                b -> b.requestTimeout(Duration.ofHours(2))),
            Map.entry(
                "keepAliveInterval=PT9S; allowed are PT10S to PT1H",
                b -> b.keepAliveInterval(Duration.ofSeconds(9))),
            Map.entry(
                "keepAliveTimeout=PT0S; allowed are PT0.01S to PT5M",
                b -> b.keepAliveTimeout(Duration.ZERO)),
            Map.entry(
                "tcpKeepAlive=PT0S; allowed are PT1S to PT2H", b -> b.tcpKeepAlive(Duration.ZERO)),
            Map.entry(
                "maxMessageBytes=1023; allowed are 1024 to 1073741824",
                b -> b.maxMessageBytes(1023)),
            Map.entry(
                "initialBackoff=PT0S; allowed are PT0.001S to PT1M",
                b -> b.initialBackoff(Duration.ZERO)),
            Map.entry(
                "backoffMultiplier=0.9; allowed are 1.0 to 10.0", b -> b.backoffMultiplier(0.9)),
            Map.entry("backoffJitter=0.95; allowed are 0.0 to 0.9", b -> b.backoffJitter(0.95)),
            Map.entry(
                "maxBackoff=PT0.05S; allowed are PT0.1S to PT1H",
                b -> b.maxBackoff(Duration.ofMillis(50))),
            Map.entry("maxQueuedMessages=0; allowed are 1 to 4194304", b -> b.maxQueuedMessages(0)),
            Map.entry(
                "maxQueuedBytes=10; allowed are 16777216 to 68719476736",
                b -> b.maxQueuedBytes(10)),
            Map.entry("maxInFlight=0; allowed are 1 to 4194304", b -> b.maxInFlight(0)),
            Map.entry("batchMessages=0; allowed are 1 to 10000", b -> b.batchMessages(0)),
            Map.entry(
                "batchBytes=33554432; allowed are 1024 to 16777216", b -> b.batchBytes(1 << 25)),
            Map.entry("maxConnections=0; allowed are 1 to 64", b -> b.maxConnections(0)),
            Map.entry("maxConnections=65; allowed are 1 to 64", b -> b.maxConnections(65)),
            Map.entry(
                "idleTimeout=PT0.5S; allowed are PT1S to PT168H",
                b -> b.idleTimeout(Duration.ofMillis(500))),
            Map.entry("retryAttempts=0; allowed are 1 to 10", b -> b.retryAttempts(0)),
            Map.entry(
                "maxSilence=PT0.001S; allowed are PT0.01S to PT5M",
                b -> b.maxSilence(Duration.ofMillis(1))),
            Map.entry(
                "flowControlWindow=1; allowed are 65536 to 67108864", b -> b.flowControlWindow(1)));

    return bad.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        assertThatThrownBy(
                                () -> entry.getValue().apply(TransportConfig.builder()).build())
                            .isInstanceOf(ConfigurationException.class)
                            .hasMessageContaining(entry.getKey())));
  }
}
