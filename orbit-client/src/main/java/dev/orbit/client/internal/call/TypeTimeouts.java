package dev.orbit.client.internal.call;

import dev.orbit.client.internal.contract.MethodContract;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How long callers wait for actors of a type, where a configuration says so.
 *
 * @param all for every method that is not named
 * @param methods for single methods, by their names on the wire
 */
public record TypeTimeouts(Optional<Duration> all, Map<String, Duration> methods) {
  /** Nothing is said. */
  public static final TypeTimeouts NONE = new TypeTimeouts(Optional.empty(), Map.of());

  public TypeTimeouts {
    methods = Map.copyOf(methods);
  }

  /** What is said of a method. */
  Optional<Duration> of(MethodContract method) {
    Duration own = methods.get(method.wireName());
    return own == null ? all : Optional.of(own);
  }
}
