package dev.orbit.api.placement;

import dev.orbit.api.cluster.Member;
import java.util.Optional;

/**
 * A node that may host an actor.
 *
 * @param member the node, with its tags
 * @param load what it has to do, as of a few seconds ago at most; empty when that is not known,
 *     which it need not be for nodes about which nobody has asked lately
 */
public record PlacementCandidate(Member member, Optional<NodeLoad> load) {}
