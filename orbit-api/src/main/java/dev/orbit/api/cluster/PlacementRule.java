package dev.orbit.api.cluster;

import dev.orbit.api.placement.PlacementStrategy;
import java.util.Map;

/**
 * Which nodes may host the actors of one type. It travels with the capabilities of the nodes that
 * host the type, so that all members of a view place them in the same way; where nodes of one view
 * say different things, the one that joined last is right.
 *
 * <p>Among the nodes that remain and have room, the strategy chooses.
 *
 * @param requires tags that a node must have: one without them never hosts the type
 * @param prefers tags that a node should have: as long as some node has all of them, only such do
 * @param strategy the name of the {@link PlacementStrategy} that chooses
 */
public record PlacementRule(
    Map<String, String> requires, Map<String, String> prefers, String strategy) {
  /** Any node, by {@link PlacementStrategy#HASH}. */
  public static final PlacementRule DEFAULT = new PlacementRule(Map.of(), Map.of());

  /** The strategy of stateless workers, which live where they are called. */
  public static final String STATELESS = "stateless-worker";

  public PlacementRule {
    requires = Map.copyOf(requires);
    prefers = Map.copyOf(prefers);
  }

  /** By {@link PlacementStrategy#HASH}. */
  public PlacementRule(Map<String, String> requires, Map<String, String> prefers) {
    this(requires, prefers, PlacementStrategy.HASH);
  }

  /** Whether the type's actors are stateless workers, which nobody places. */
  public boolean isStateless() {
    return strategy.equals(STATELESS);
  }

  /** Whether the owner of the partition hosts what it can. */
  public boolean isByHash() {
    return strategy.equals(PlacementStrategy.HASH);
  }

  /** The same, on nodes that have these tags and no others. */
  public PlacementRule requiring(Map<String, String> tags) {
    return new PlacementRule(tags, prefers, strategy);
  }

  /** The same, on nodes that have these tags as long as there is one. */
  public PlacementRule preferring(Map<String, String> tags) {
    return new PlacementRule(requires, tags, strategy);
  }

  /** The same, chosen by that strategy. */
  public PlacementRule by(String name) {
    return new PlacementRule(requires, prefers, name);
  }
}
