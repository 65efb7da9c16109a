package dev.orbit.runtime.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.PlacementRule;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.client.internal.call.TypeTimeouts;
import dev.orbit.runtime.internal.registration.TypeOptions;
import dev.orbit.runtime.state.PostgresConfig;
import dev.orbit.transport.BulkConfig;
import dev.orbit.transport.CompressionConfig;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.TransportPreset;
import dev.orbit.transport.limits.BreakerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
  @Test
  void hasADefaultForEverything() {
    NodeSettings settings = read(Map.of(), Map.of(), Map.of());

    assertThat(settings.node().key()).isEqualTo("node-1");
    assertThat(settings.cluster()).isEqualTo("orbit");
    assertThat(settings.listen()).isEqualTo(new Endpoint("127.0.0.1", 0));
    assertThat(settings.raftListen()).isEmpty();
    assertThat(settings.voters()).isEmpty();
    assertThat(settings.state()).isEqualTo(new NodeSettings.StateLocation.Memory());
    assertThat(settings.hosting().partitions()).isEqualTo(1024);
    assertThat(settings.timing().lease()).isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void theBuilderWinsOverPropertiesAndTheseOverTheEnvironment() {
    NodeSettings settings =
        read(
            Map.of("name", "built"),
            Map.of("orbit.name", "property", "orbit.cluster", "property"),
            Map.of("ORBIT_NAME", "variable", "ORBIT_CLUSTER", "variable", "ORBIT_PARTITIONS", "7"));

    assertThat(settings.node().key()).isEqualTo("built");
    assertThat(settings.cluster()).isEqualTo("property");
    assertThat(settings.hosting().partitions()).isEqualTo(7);
  }

  @Test
  void takesATransportPresetByNameFromEverySource() {
    assertThat(read(Map.of(), Map.of(), Map.of()).transport()).isEqualTo(TransportConfig.DEFAULT);
    TransportConfig production =
        TransportConfig.builder(TransportPreset.PRODUCTION.config())
            .requestTimeout(Duration.ofSeconds(30))
            .build();

    assertThat(read(Map.of("transport", "production"), Map.of(), Map.of()).transport())
        .isEqualTo(production);
    assertThat(read(Map.of(), Map.of("orbit.transport", "production"), Map.of()).transport())
        .isEqualTo(production);
    assertThat(read(Map.of(), Map.of(), Map.of("ORBIT_TRANSPORT", "Production")).transport())
        .isEqualTo(production);
  }

  /** A setting that is new in the record and forgotten in the reader fails this. */
  @Test
  void everySettingOfATransportCanBeSetByItsName() {
    String odd =
        "connect-timeout=1s,keep-alive-interval=13s,keep-alive-timeout=3s,tcp-keep-alive=4s,"
            + "max-message-bytes=5MiB,initial-backoff=6ms,backoff-multiplier=3.5,"
            + "backoff-jitter=0.3,max-backoff=7s,max-queued-messages=8,max-queued-bytes=9MiB,"
            + "max-in-flight=10,adaptive-in-flight=true,batch-messages=11,batch-bytes=12KiB,batch-linger=6ms,flow-control-window=130KiB,"
            + "adaptive-window=false,unix-sockets=false,eager-loops=false,max-connections=14,idle-timeout=15m,retry-attempts=7,"
            + "warm-connections=3,max-age=16h,sweep-interval=21s,"
            + "max-silence=170ms,breaker-window=18,breaker-failures=0.9,breaker-pause=19s,"
            + "breaker-trials=20,compression-algorithm=zstd,compression-level=11,"
            + "compression-min-bytes=22KiB,compression-max-ratio=0.23,"
            + "bulk-threshold-bytes=24KiB,bulk-part-bytes=25KiB,bulk-max-bytes=26MiB,"
            + "bulk-window-bytes=27MiB";

    TransportConfig config =
        read(
                Map.of(),
                Map.of(),
                Map.of("ORBIT_TRANSPORT_SETTINGS", odd, "ORBIT_CALL_TIMEOUT", "2s"))
            .transport();

    assertThat(config)
        .isEqualTo(
            new TransportConfig(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(13),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                5 << 20,
                Duration.ofMillis(6),
                3.5,
                0.3,
                Duration.ofSeconds(7),
                8,
                9 << 20,
                10,
                true,
                11,
                12 << 10,
                Duration.ofMillis(6),
                130 << 10,
                false,
                false,
                false,
                14,
                Duration.ofMinutes(15),
                3,
                Duration.ofHours(16),
                Duration.ofSeconds(21),
                7,
                Duration.ofMillis(170),
                new BreakerConfig(18, 0.9, Duration.ofSeconds(19), 20),
                new CompressionConfig(CompressionConfig.Algorithm.ZSTD, 11, 22 << 10, 0.23),
                new BulkConfig(24 << 10, 25 << 10, 26 << 20, 27 << 20)));
  }

  @Test
  void batchesHavePresetsThatSingleValuesChange() {
    TransportConfig config =
        read(Map.of("transport-settings", "batch-messages=7,batch=balanced"), Map.of(), Map.of())
            .transport();

    assertThat(config.batchMessages()).isEqualTo(7);
    assertThat(config.batchBytes()).isEqualTo(1 << 20);
    assertThat(config.batchLinger()).isEqualTo(Duration.ofMillis(100));
    assertThatThrownBy(() -> read(Map.of("transport-settings", "batch=fast"), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("there are high-throughput, low-latency, balanced");
  }

  @Test
  void namesWhatIsWrongWithATransportSetting() {
    assertThatThrownBy(() -> read(Map.of("transport", "fast"), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("there are standard, production, development, high-throughput");
    assertThatThrownBy(
            () -> read(Map.of("transport-settings", "max-connection=3"), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("max-connection'")
        .hasMessageContaining("max-connections");
    assertThatThrownBy(
            () -> read(Map.of("transport-settings", "max-connections=many"), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("orbit.transport-settings.max-connections is 'many'");
    assertThatThrownBy(
            () -> read(Map.of("transport-settings", "max-connections=99"), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("transport maxConnections=99; allowed are 1 to 64");
  }

  @Test
  void takesDurationsAsTextAndAsDurations() {
    NodeSettings settings =
        read(
            Map.of("call-timeout", Duration.ofSeconds(3)),
            Map.of("orbit.lease-duration", "1500ms"),
            Map.of("ORBIT_IDLE_AFTER", "2m"));

    assertThat(settings.timing().call()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.timing().lease()).isEqualTo(Duration.ofMillis(1500));
    assertThat(settings.timing().idle()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void aVoterListensWhereTheVotersSayThatItDoes() {
    NodeSettings settings =
        read(
            Map.of("name", "b", "voters", "a=10.0.0.1:7500, b=10.0.0.2:7501,c=10.0.0.3:7502"),
            Map.of(),
            Map.of());

    assertThat(settings.voters()).hasSize(3);
    assertThat(settings.raftListen()).isEqualTo(Optional.of(new Endpoint("10.0.0.2", 7501)));
  }

  @Test
  void stateIsKeptBesideTheDataDirectory() {
    NodeSettings settings = read(Map.of("data-directory", "/data/node-1"), Map.of(), Map.of());

    assertThat(settings.state())
        .isEqualTo(new NodeSettings.StateLocation.SharedFile(Path.of("/data/state.db")));
  }

  @Test
  void stateIsKeptInPostgresWhereAUrlSaysSo() {
    NodeSettings settings =
        read(
            Map.of("data-directory", "/data/node-1"),
            Map.of(
                "orbit.state-url", "jdbc:postgresql://db/shop",
                "orbit.state-user", "orbit",
                "orbit.state-connections", "7"),
            Map.of("ORBIT_STATE_PASSWORD", " secret ", "ORBIT_STATE_TIMEOUT", "3s"));

    assertThat(settings.state())
        .isEqualTo(
            new NodeSettings.StateLocation.Postgres(
                new PostgresConfig(
                    "jdbc:postgresql://db/shop", "orbit", " secret ", 7, Duration.ofSeconds(3))));
    assertThat(settings.toString()).doesNotContain("secret");
  }

  @Test
  void aFileAndADatabaseForStateAreRefused() {
    assertThatThrownBy(
            () ->
                read(
                    Map.of("shared-state-file", "/data/state.db"),
                    Map.of("orbit.state-url", "jdbc:postgresql://db/shop"),
                    Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("orbit.shared-state-file")
        .hasMessageContaining("state-url");
  }

  @Test
  void tagsAreAnObjectOrText() {
    Map<String, String> expected = Map.of("zone", "a", "disk", "ssd");

    assertThat(read(Map.of("tags", expected), Map.of(), Map.of()).placing().tags())
        .isEqualTo(expected);
    assertThat(read(Map.of(), Map.of(), Map.of("ORBIT_TAGS", "zone=a, disk=ssd")).placing().tags())
        .isEqualTo(expected);
  }

  @Test
  void readsWhatIsSetForSingleTypes() {
    Map<String, Object> cart = Map.of("prefers", "zone=a", "idle-after", "5s");
    Map<String, Object> stock =
        Map.of("requires", Map.of("disk", "ssd"), "placement", "power-of-two");

    Map<String, TypeOptions> types =
        read(Map.of("types", Map.of("shop.Cart", cart, "Stock", stock)), Map.of(), Map.of())
            .placing()
            .types();

    assertThat(types.get("shop.Cart").rule())
        .isEqualTo(PlacementRule.DEFAULT.preferring(Map.of("zone", "a")));
    assertThat(types.get("shop.Cart").idleAfter()).contains(Duration.ofSeconds(5));
    assertThat(types.get("Stock").rule())
        .isEqualTo(PlacementRule.DEFAULT.requiring(Map.of("disk", "ssd")).by("power-of-two"));
  }

  @Test
  void readsHowLongCallsOfATypeAndItsMethodsMayTake() {
    NodeSettings settings =
        read(
            Map.of(
                "types",
                Map.of(
                    "shop.Cart",
                    Map.of(
                        "mailbox-capacity",
                        7,
                        "call-timeout",
                        "5s",
                        "method-timeouts",
                        Map.of("add(Line,int)", "200ms")))),
            Map.of(),
            Map.of());

    assertThat(settings.placing().types().get("shop.Cart").mailboxCapacity()).contains(7);
    assertThat(settings.calls().byType())
        .containsExactly(
            Map.entry(
                "shop.Cart",
                new TypeTimeouts(
                    Optional.of(Duration.ofSeconds(5)),
                    Map.of("add(Line,int)", Duration.ofMillis(200)))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          idle-after | soon         | PT0.01S to PT720H
          color      | red          | the keys
          mailbox-capacity | 0      | 1 to 1000000
          mailbox-capacity | many   | 1 to 1000000
          call-timeout | 2h         | PT0.001S to PT1H
          call-timeout | soon       | PT0.001S to PT1H
          method-timeouts | 5s      | an object of methods
          """)
  void refusesWhatATypeCannotBeSetTo(String key, String value, String allowed) {
    Map<String, Object> overrides = Map.of("types", Map.of("Cart", Map.of(key, value)));

    assertThatThrownBy(() -> read(overrides, Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("orbit.types.\"Cart\"")
        .hasMessageContaining(allowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          partitions       | 0         | 1 to 65536
          partitions       | many      | 1 to 65536
          lease-duration   | 10ms      | PT1S to PT5M
          lease-duration   | soon      | PT1S to PT5M
          name             | a/b       | 1 to 100 letters
          cluster          | ''        | 1 to 100 letters
          listen           | nowhere   | host:port
          raft-listen      | a:99999   | host:port
          voters           | a         | name=host:port
          voters           | a=b:1,c=d:1 | 1, 3 or 5 voters
          state-url        | db/shop   | jdbc:postgresql://
          mailbox-capacity | -1        | 1 to 1000000
          target-activations | 2000000 | 0 to max-activations
          memory-high-water | 0         | 0.1 to 1.0
          tags             | zone      | name=value
          """)
  void namesKeyValueAndRangeOfWhatItRefuses(String key, String value, String allowed) {
    assertThatThrownBy(() -> read(Map.of(), Map.of("orbit." + key, value), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("orbit." + key)
        .hasMessageContaining(allowed);
  }

  private static NodeSettings read(
      Map<String, Object> overrides,
      Map<String, String> properties,
      Map<String, String> variables) {
    Properties system = new Properties();
    system.putAll(properties);
    return SettingsReader.read(overrides, system, variables::get);
  }
}
