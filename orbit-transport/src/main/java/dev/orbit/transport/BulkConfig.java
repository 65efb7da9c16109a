package dev.orbit.transport;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;

/**
 * How large payloads travel: in parts, over a connection of their own, so that small messages never
 * wait for them. Only to ends that take parts; to others a payload goes whole, if it fits.
 *
 * @param thresholdBytes a payload above this size goes in parts, 4 KiB to 16 MiB; never more than
 *     half of {@link TransportConfig#maxMessageBytes}
 * @param partBytes the size of a part, 4 KiB to 1 MiB
 * @param maxBytes the largest payload that is sent and taken in parts, at most 1 GiB; 0 turns parts
 *     off
 * @param windowBytes how many bytes of payloads that are not handed on yet this end keeps of one
 *     peer, and how many may wait here to be sent to one; {@code maxBytes} to 16 GiB
 */
public record BulkConfig(int thresholdBytes, int partBytes, int maxBytes, long windowBytes) {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final long GIB = 1024L * MIB;

  /** Parts small enough to come between each other, a window of two of the largest. */
  public static final BulkConfig DEFAULT =
      new BulkConfig(256 * KIB, 64 * KIB, 64 * MIB, 128L * MIB);

  /** Everything goes whole. */
  public static final BulkConfig OFF = new BulkConfig(256 * KIB, 64 * KIB, 0, 128L * MIB);

  public BulkConfig {
    within("bulk thresholdBytes", thresholdBytes, 4 * KIB, 16 * MIB);
    within("bulk partBytes", partBytes, 4 * KIB, MIB);
    within("bulk maxBytes", maxBytes, 0, GIB);
    within("bulk windowBytes", windowBytes, Math.max(MIB, maxBytes), 16 * GIB);
  }

  private static void within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "transport %s=%d; allowed are %d to %d".formatted(key, value, least, most));
    }
  }

  /** Whether a payload of so many bytes goes in parts, where a message may have so many. */
  public boolean splits(int payloadBytes, int maxMessageBytes) {
    return maxBytes > 0 && payloadBytes > Math.min(thresholdBytes, maxMessageBytes / 2);
  }
}
