package dev.orbit.client.internal.call;

import dev.orbit.api.CallSettings;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.time.Duration;

/**
 * How calls through references are made.
 *
 * @param timeout how long a caller waits that is not itself within a turn with an earlier deadline;
 *     more than zero, at most {@link CallSettings#MAX_TIMEOUT}
 */
public record CallOptions(Duration timeout) {
  /**
   * Long enough for a dead node's lease to run out and the call to be made again, short enough for
   * a person.
   */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  public static final CallOptions DEFAULT = new CallOptions(DEFAULT_TIMEOUT);

  public CallOptions {
    if (!timeout.isPositive() || timeout.compareTo(CallSettings.MAX_TIMEOUT) > 0) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "call.timeout is %s; allowed is more than zero, at most %s"
              .formatted(timeout, CallSettings.MAX_TIMEOUT));
    }
  }
}
