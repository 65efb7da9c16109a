package dev.orbit.api.cluster;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a node offers.
 *
 * @param addressableTypes the actor types it hosts
 * @param maxAddressables the most activations it takes, at least 1; empty for no limit of its own
 * @param tags free labels by which placement can choose
 * @param placements how the actors of a type find their nodes; types that are missing do so by
 *     {@link PlacementRule#DEFAULT}
 */
public record NodeCapabilities(
    Set<String> addressableTypes,
    OptionalInt maxAddressables,
    Map<String, String> tags,
    Map<String, PlacementRule> placements) {
  /** Hosts nothing, has no tags. */
  public static final NodeCapabilities NONE =
      new NodeCapabilities(Set.of(), OptionalInt.empty(), Map.of());

  /** All types by {@link PlacementRule#DEFAULT}. */
  public NodeCapabilities(
      Set<String> addressableTypes, OptionalInt maxAddressables, Map<String, String> tags) {
    this(addressableTypes, maxAddressables, tags, Map.of());
  }

  public NodeCapabilities {
    addressableTypes = Set.copyOf(addressableTypes);
    tags = Map.copyOf(tags);
    placements = Map.copyOf(placements);
    if (maxAddressables.isPresent() && maxAddressables.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "maxAddressables is %d; the least is 1".formatted(maxAddressables.getAsInt()));
    }
  }

  /** How the actors of a type that this node hosts find their nodes. */
  public PlacementRule placement(String type) {
    return placements.getOrDefault(type, PlacementRule.DEFAULT);
  }
}
