package dev.orbit.api.cluster;

import java.util.Map;

/**
 * Which nodes may host the actors of one type. It travels with the capabilities of the nodes that
 * host the type, so that all members of a view place them in the same way; where nodes of one view
 * say different things, the one that joined last is right.
 *
 * <p>Among the nodes that remain, the owner of the actor's partition hosts it, or the winner of a
 * draw that every node computes alike.
 *
 * @param requires tags that a node must have: one without them never hosts the type
 * @param prefers tags that a node should have: as long as some node has all of them, only such do
 */
public record PlacementRule(Map<String, String> requires, Map<String, String> prefers) {
  /** Any node. */
  public static final PlacementRule DEFAULT = new PlacementRule(Map.of(), Map.of());

  public PlacementRule {
    requires = Map.copyOf(requires);
    prefers = Map.copyOf(prefers);
  }

  /** The same, on nodes that have these tags and no others. */
  public PlacementRule requiring(Map<String, String> tags) {
    return new PlacementRule(tags, prefers);
  }

  /** The same, on nodes that have these tags as long as there is one. */
  public PlacementRule preferring(Map<String, String> tags) {
    return new PlacementRule(requires, tags);
  }
}
