package dev.orbit.api.placement;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a strategy has to choose from.
 *
 * @param actor who is to be hosted
 * @param caller the node on which the call was made, or by which a client's call came in; empty
 *     when it has left meanwhile
 * @param byHash the candidate that {@link PlacementStrategy#HASH} chooses
 * @param candidates the nodes that may host it, at least one, in the order of their ids
 * @param random to be used for all that is drawn
 */
public record PlacementChoice(
    AddressableReference actor,
    Optional<MemberId> caller,
    MemberId byHash,
    List<PlacementCandidate> candidates,
    RandomGenerator random) {
  public PlacementChoice {
    candidates = List.copyOf(candidates);
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("there is no candidate for " + actor);
    }
  }

  /** Whether that member is among the candidates. */
  public boolean isCandidate(MemberId member) {
    return candidates.stream().anyMatch(candidate -> candidate.member().id().equals(member));
  }
}
