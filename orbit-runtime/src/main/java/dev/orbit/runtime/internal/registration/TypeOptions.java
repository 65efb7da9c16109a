package dev.orbit.runtime.internal.registration;

import dev.orbit.api.cluster.PlacementRule;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What is set for an actor type, by its class or by configuration; what is empty is not set.
 *
 * @param requires tags that a node must have
 * @param prefers tags that a node should have
 * @param idleAfter after how long without a call an activation ends
 */
public record TypeOptions(
    Optional<Map<String, String>> requires,
    Optional<Map<String, String>> prefers,
    Optional<Duration> idleAfter) {
  /** Sets nothing. */
  public static final TypeOptions NONE =
      new TypeOptions(Optional.empty(), Optional.empty(), Optional.empty());

  /** What is set here, else what is set there. */
  TypeOptions over(TypeOptions below) {
    return new TypeOptions(
        requires.or(below::requires), prefers.or(below::prefers), idleAfter.or(below::idleAfter));
  }

  /** The rule that follows. */
  public PlacementRule rule() {
    return new PlacementRule(requires.orElse(Map.of()), prefers.orElse(Map.of()));
  }
}
