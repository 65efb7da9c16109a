package dev.orbit.cli;

/** Finds a node by what a user typed. */
final class ClusterNodes {
  private ClusterNodes() {}

  static NodeRow find(ClusterFile cluster, String name) {
    return cluster
        .node(name)
        .orElseThrow(
            () ->
                new UserError(
                    ExitCodes.USAGE,
                    "there is no node '%s'; there are: %s".formatted(name, cluster.nodeNames())));
  }
}
