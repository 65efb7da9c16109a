package dev.orbit.transport;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Settings of a transport by name, as a beginning: {@link TransportConfig#builder(TransportConfig)}
 * changes single ones.
 */
public enum TransportPreset {
  /** Within one data centre, where a lost connection is made again in less than a second. */
  STANDARD(TransportConfig.builder()),

  /**
   * Over networks that are slow to answer and cost something: patient when it connects, with long
   * pauses when nobody is there, quick to notice that a connection is dead, small messages.
   */
  PRODUCTION(
      TransportConfig.builder()
          .connectTimeout(Duration.ofSeconds(30))
          .initialBackoff(Duration.ofSeconds(1))
          .backoffMultiplier(1.6)
          .backoffJitter(0.2)
          .maxBackoff(Duration.ofSeconds(120))
          .keepAliveInterval(Duration.ofSeconds(10))
          .keepAliveTimeout(Duration.ofSeconds(5))
          .idleTimeout(Duration.ofMinutes(30))
          .maxAge(Duration.ofHours(12))
          .maxMessageBytes(4 << 20)
          .maxConnections(10)
          .retryAttempts(5)),

  /** On one machine, where processes come and go. */
  DEVELOPMENT(
      TransportConfig.builder()
          .connectTimeout(Duration.ofSeconds(5))
          .initialBackoff(Duration.ofMillis(500))
          .maxBackoff(Duration.ofSeconds(10))
          .idleTimeout(Duration.ofMinutes(5))
          .maxConnections(2)
          .retryAttempts(3)),

  /** Between machines of many cores that always have something to say. */
  HIGH_THROUGHPUT(
      TransportConfig.builder()
          .connectTimeout(Duration.ofSeconds(10))
          .keepAliveInterval(Duration.ofSeconds(30))
          .idleTimeout(Duration.ZERO)
          .maxMessageBytes(16 << 20)
          .maxConnections(20)
          .warmConnections(2));

  @SuppressWarnings("ImmutableEnumChecker") // A record of values.
  private final TransportConfig config;

  TransportPreset(TransportConfig.Builder builder) {
    this.config = builder.build();
  }

  /** Its settings. */
  public TransportConfig config() {
    return config;
  }

  /** Its name in configuration, as {@code high-throughput}. */
  public String presetName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The preset of that name, in any case.
   *
   * @throws ConfigurationException with {@code BAD_CONFIGURATION} if there is none
   */
  public static TransportPreset named(String name) {
    for (TransportPreset preset : values()) {
      if (preset.presetName().equalsIgnoreCase(name.strip())) {
        return preset;
      }
    }
    throw new ConfigurationException(
        ErrorCode.BAD_CONFIGURATION,
        "transport preset '%s'; there are %s"
            .formatted(
                name,
                Arrays.stream(values())
                    .map(TransportPreset::presetName)
                    .collect(Collectors.joining(", "))));
  }
}
