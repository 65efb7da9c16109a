package dev.orbit.api;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How calls through a reference are made, where that differs from what contract and configuration
 * say. Immutable.
 *
 * @param timeout how long callers wait, more than zero and at most {@link #MAX_TIMEOUT}; empty for
 *     what contract and configuration say. Within a turn a caller waits no longer than the turn's
 *     own caller does
 * @param baggage what flows down, by name: the turns of these calls read it by {@link
 *     ActorContext#baggage}, and so do the turns that they call in turn. It does not flow back up.
 *     It is added to what the calling turn itself was given. At most 32 entries of 4,096 characters
 *     together
 */
public record CallSettings(Optional<Duration> timeout, Map<String, String> baggage) {
  /** A call that may take longer than this is better made as two messages. */
  public static final Duration MAX_TIMEOUT = Duration.ofHours(24);

  /** The most entries of the baggage: it travels with every call. */
  public static final int MAX_BAGGAGE_ENTRIES = 32;

  /** The most characters of all names and values of the baggage together. */
  public static final int MAX_BAGGAGE_LENGTH = 4_096;

  /** What contract and configuration say. */
  public static final CallSettings NONE = new CallSettings(Optional.empty(), Map.of());

  public CallSettings {
    baggage = Map.copyOf(baggage);
    if (timeout.isPresent()
        && (!timeout.get().isPositive() || timeout.get().compareTo(MAX_TIMEOUT) > 0)) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "timeout is %s; allowed is more than zero, at most %s"
              .formatted(timeout.get(), MAX_TIMEOUT));
    }
    int length = 0;
    for (Map.Entry<String, String> entry : baggage.entrySet()) {
      length += entry.getKey().length() + entry.getValue().length();
    }
    if (baggage.size() > MAX_BAGGAGE_ENTRIES || length > MAX_BAGGAGE_LENGTH) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "baggage has %d entries of %d characters; allowed are %d entries of %d"
              .formatted(baggage.size(), length, MAX_BAGGAGE_ENTRIES, MAX_BAGGAGE_LENGTH));
    }
  }

  /** Callers wait that long. */
  public static CallSettings timeout(Duration timeout) {
    return NONE.withTimeout(timeout);
  }

  /** The same with another timeout. */
  public CallSettings withTimeout(Duration value) {
    return new CallSettings(Optional.of(value), baggage);
  }

  /** The same with one more entry that flows down. */
  public CallSettings withBaggage(String name, String value) {
    Map<String, String> more = new HashMap<>(baggage);
    more.put(name, value);
    return new CallSettings(timeout, more);
  }

  /** These settings, and {@code others} where those say something. */
  public CallSettings and(CallSettings others) {
    Map<String, String> all = new HashMap<>(baggage);
    all.putAll(others.baggage);
    return new CallSettings(others.timeout.or(() -> timeout), all);
  }
}
