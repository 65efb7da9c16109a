package dev.orbit.cli;

import java.util.List;

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

  /** The process of a node that runs. */
  static ProcessHandle process(DataDirectory directory, String name) {
    find(directory.running(), name);
    return directory
        .readNode(name)
        .flatMap(file -> file.process().find())
        .filter(process -> isThatNode(process, name))
        .orElseThrow(
            () ->
                new UserError(
                    ExitCodes.FAILED,
                    "%s is not running; start it with: orbit node start %s".formatted(name, name)));
  }

  /** The pid could have gone to another process; where the system tells, look at its arguments. */
  private static boolean isThatNode(ProcessHandle process, String name) {
    return process
        .info()
        .arguments()
        .map(arguments -> List.of(arguments).contains(name))
        .orElse(true);
  }
}
