package dev.orbit.api.placement;

import dev.orbit.api.cluster.MemberId;

/**
 * Chooses the node of an actor that is active nowhere. A type names its strategy by {@code
 * Placed.strategy} or {@code orbit.types.<type>.placement}. Besides the strategies named here a
 * node knows those that it was given ({@code OrbitNode.Builder.placementStrategy}) and those that
 * {@link java.util.ServiceLoader} finds.
 *
 * <p>To be thread-safe. It must neither block nor call actors: calls of other actors of the
 * partition wait meanwhile. All nodes should know it, because any may own the partition; one that
 * does not chooses by {@link #HASH} and says so in its log.
 */
public interface PlacementStrategy {
  /** The owner of the partition; where that does not host the type, the winner of a draw. */
  String HASH = "hash";

  /** Any node. */
  String RANDOM = "random";

  /** The node on which the first call was made or came in; where that cannot, as {@link #HASH}. */
  String PREFER_LOCAL = "prefer-local";

  /** The one of two random nodes that has less to do: processor, activations and calls. */
  String POWER_OF_TWO = "power-of-two";

  /** The name by which types ask for it: 1 to 64 letters, digits, dots, dashes and underscores. */
  String name();

  /**
   * Chooses.
   *
   * @return the id of one of the candidates; anything else, and an exception, counts as {@link
   *     PlacementChoice#byHash} and is logged
   */
  MemberId choose(PlacementChoice choice);
}
