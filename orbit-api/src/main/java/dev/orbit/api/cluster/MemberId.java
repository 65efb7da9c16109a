package dev.orbit.api.cluster;

import dev.orbit.api.address.NodeId;

/**
 * One life of a node in the cluster.
 *
 * @param node the name, the same over restarts
 * @param incarnation the index of the log entry by which this life joined; at least 1, larger for
 *     every later life
 */
public record MemberId(NodeId node, long incarnation) {
  public MemberId {
    if (incarnation < 1) {
      throw new IllegalArgumentException(
          "incarnation is %d; the least is 1".formatted(incarnation));
    }
  }

  @Override
  public String toString() {
    return node + "#" + incarnation;
  }
}
