package dev.orbit.runtime.internal.registration;

import dev.orbit.api.cluster.PlacementRule;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is set for an actor type, by its class or by configuration; what is empty is not set.
 *
 * @param strategy the name of a placement strategy
 * @param workers activations of an address a node, for stateless workers
 * @param requires tags that a node must have
 * @param prefers tags that a node should have
 * @param idleAfter after how long without a call an activation ends
 */
public record TypeOptions(
    Optional<String> strategy,
    OptionalInt workers,
    Optional<Map<String, String>> requires,
    Optional<Map<String, String>> prefers,
    Optional<Duration> idleAfter) {
  /** Sets nothing. */
  public static final TypeOptions NONE =
      new TypeOptions(
          Optional.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** How many workers there are where a type is made stateless without saying so. */
  public static final int DEFAULT_WORKERS = 8;

  /** What is set here, else what is set there. */
  TypeOptions over(TypeOptions below) {
    return new TypeOptions(
        strategy.or(below::strategy),
        workers.isPresent() ? workers : below.workers(),
        requires.or(below::requires),
        prefers.or(below::prefers),
        idleAfter.or(below::idleAfter));
  }

  /** The rule that follows. */
  public PlacementRule rule() {
    String name = strategy.orElse(PlacementRule.HASH);
    boolean stateless = name.equals(PlacementRule.STATELESS);
    return new PlacementRule(
        name,
        stateless ? workers.orElse(DEFAULT_WORKERS) : 0,
        requires.orElse(Map.of()),
        prefers.orElse(Map.of()));
  }
}
