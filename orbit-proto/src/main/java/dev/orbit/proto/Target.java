package dev.orbit.proto;

import dev.orbit.api.address.NodeId;
import java.util.List;

/** Where a message is to go. */
public sealed interface Target {
  /** To one node, directly. */
  record Unicast(NodeId node) implements Target {}

  /**
   * Over several nodes.
   *
   * @param route the nodes still to be passed, the next one first, the destination last; never
   *     empty, at most 16
   */
  record RoutedUnicast(List<NodeId> route) implements Target {
    /** The longest route. */
    public static final int MAX_HOPS = 16;

    public RoutedUnicast {
      route = List.copyOf(route);
      if (route.isEmpty() || route.size() > MAX_HOPS) {
        throw new IllegalArgumentException(
            "a route of %d nodes; allowed are 1 to %d".formatted(route.size(), MAX_HOPS));
      }
    }
  }
}
