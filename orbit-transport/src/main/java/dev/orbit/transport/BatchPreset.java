package dev.orbit.transport;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * When a batch leaves, by name, as a beginning: by its messages, by its bytes, or by the age of its
 * oldest message, whichever comes first.
 *
 * <p>Without any of them a batch holds what came together and nothing waits for more ({@link
 * TransportConfig#batchLinger} is zero), which is the best for calls that somebody waits for. These
 * are for traffic that nobody waits for.
 */
public enum BatchPreset {
  /** 1,000 messages, 10 MiB, 500 ms. Needs a {@code maxMessageBytes} of as much. */
  HIGH_THROUGHPUT(1000, 10 << 20, Duration.ofMillis(500)),
  /** 10 messages, 256 KiB, 10 ms. */
  LOW_LATENCY(10, 256 << 10, Duration.ofMillis(10)),
  /** 100 messages, 1 MiB, 100 ms. */
  BALANCED(100, 1 << 20, Duration.ofMillis(100));

  private final int messages;
  private final int bytes;
  private final Duration linger;

  BatchPreset(int messages, int bytes, Duration linger) {
    this.messages = messages;
    this.bytes = bytes;
    this.linger = linger;
  }

  /** The most messages of a batch. */
  public int messages() {
    return messages;
  }

  /** The most bytes of a batch. */
  public int bytes() {
    return bytes;
  }

  /** How long the oldest message of a batch waits for others. */
  public Duration linger() {
    return linger;
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
  public static BatchPreset named(String name) {
    for (BatchPreset preset : values()) {
      if (preset.presetName().equalsIgnoreCase(name.strip())) {
        return preset;
      }
    }
    throw new ConfigurationException(
        ErrorCode.BAD_CONFIGURATION,
        "batch preset '%s'; there are %s"
            .formatted(
                name,
                Arrays.stream(values())
                    .map(BatchPreset::presetName)
                    .collect(Collectors.joining(", "))));
  }
}
