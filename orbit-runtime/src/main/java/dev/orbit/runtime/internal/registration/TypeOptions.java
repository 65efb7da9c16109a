package dev.orbit.runtime.internal.registration;

import dev.orbit.api.cluster.PlacementRule;
import dev.orbit.api.placement.PlacementStrategy;
import dev.orbit.client.internal.call.TypeTimeouts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What is set for an actor type, by its class or by configuration; what is empty is not set.
 *
 * @param requires tags that a node must have
 * @param prefers tags that a node should have
 * @param strategy the placement strategy
 * @param idleAfter after how long without a call an activation ends
 * @param mailboxCapacity how many calls may wait for one activation
 * @param timeouts how long this node's callers wait, whoever hosts the type
 */
public record TypeOptions(
    Optional<Map<String, String>> requires,
    Optional<Map<String, String>> prefers,
    Optional<String> strategy,
    Optional<Duration> idleAfter,
    Optional<Integer> mailboxCapacity,
    TypeTimeouts timeouts) {
  /** Sets nothing. */
  public static final TypeOptions NONE =
      new TypeOptions(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          TypeTimeouts.NONE);

  /** What is set here, else what is set there. */
  TypeOptions over(TypeOptions below) {
    return new TypeOptions(
        requires.or(below::requires),
        prefers.or(below::prefers),
        strategy.or(below::strategy),
        idleAfter.or(below::idleAfter),
        mailboxCapacity.or(below::mailboxCapacity),
        timeouts);
  }

  /** The same with another idle time. */
  public TypeOptions idleAfter(Duration duration) {
    return new TypeOptions(
        requires, prefers, strategy, Optional.of(duration), mailboxCapacity, timeouts);
  }

  /** Whether anything is set that only hosts of the type read. */
  boolean isForHosts() {
    return requires.isPresent()
        || prefers.isPresent()
        || strategy.isPresent()
        || idleAfter.isPresent()
        || mailboxCapacity.isPresent();
  }

  /** The rule that follows. */
  public PlacementRule rule() {
    return new PlacementRule(
        requires.orElse(Map.of()),
        prefers.orElse(Map.of()),
        strategy.orElse(PlacementStrategy.HASH));
  }
}
