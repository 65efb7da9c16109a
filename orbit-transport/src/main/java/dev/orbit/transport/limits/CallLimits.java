package dev.orbit.transport.limits;

import java.util.Map;
import java.util.Optional;

/**
 * What is let in from outside the cluster.
 *
 * @param perClient for each client by itself; empty for no limit
 * @param perType for all clients together, by actor type; types that are not named have no limit
 */
public record CallLimits(Optional<Rate> perClient, Map<String, Rate> perType) {
  /** Lets everything in. */
  public static final CallLimits NONE = new CallLimits(Optional.empty(), Map.of());

  public CallLimits {
    perType = Map.copyOf(perType);
  }

  boolean isNone() {
    return perClient.isEmpty() && perType.isEmpty();
  }
}
