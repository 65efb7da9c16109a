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
 */
public record NodeCapabilities(
    Set<String> addressableTypes, OptionalInt maxAddressables, Map<String, String> tags) {
  /** Hosts nothing, has no tags. */
  public static final NodeCapabilities NONE =
      new NodeCapabilities(Set.of(), OptionalInt.empty(), Map.of());

  public NodeCapabilities {
    addressableTypes = Set.copyOf(addressableTypes);
    tags = Map.copyOf(tags);
    if (maxAddressables.isPresent() && maxAddressables.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "maxAddressables is %d; the least is 1".formatted(maxAddressables.getAsInt()));
    }
  }
}
