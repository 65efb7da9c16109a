package dev.orbit.client.internal.contract;

import java.time.Duration;
import java.util.Optional;

/**
 * What annotations say of a method of a contract.
 *
 * @param oneWay whether the caller takes no answer
 * @param readOnly whether its turns run at the same time as one another
 * @param interleaves whether its turns wait for no other turn's end, nor others for theirs
 * @param onlyIfActive whether it runs only where the actor is in memory
 * @param timeout how long callers wait, where the contract says so
 */
public record MethodTraits(
    boolean oneWay,
    boolean readOnly,
    boolean interleaves,
    boolean onlyIfActive,
    Optional<Duration> timeout) {
  /** Whether hosts treat both alike; a timeout is for callers. */
  boolean isHostedAs(MethodTraits other) {
    return oneWay == other.oneWay
        && readOnly == other.readOnly
        && interleaves == other.interleaves
        && onlyIfActive == other.onlyIfActive;
  }

  /** Nothing is said. */
  public static final MethodTraits NONE =
      new MethodTraits(false, false, false, false, Optional.empty());
}
