package dev.orbit.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The content of {@code cluster.json}: what {@code orbit dev} started.
 *
 * @param cluster the name of the cluster
 * @param demo the demo that its nodes host
 * @param state what {@code orbit dev} is doing
 * @param dev the {@code orbit dev} process
 * @param nodes the nodes as they were last seen
 */
record ClusterFile(String cluster, String demo, State state, ProcessMark dev, List<NodeRow> nodes) {
  /** What {@code orbit dev} is doing. */
  enum State {
    STARTING,
    RUNNING,
    STOPPED
  }

  ClusterFile {
    nodes = List.copyOf(nodes);
  }

  Optional<NodeRow> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  String nodeNames() {
    return nodes.stream().map(NodeRow::name).collect(Collectors.joining(", "));
  }

  /** The voters as {@code name=host:port}, separated by commas. */
  String voters() {
    return nodes.stream()
        .filter(node -> node.raft() != null)
        .map(node -> node.name() + "=" + node.raft())
        .collect(Collectors.joining(","));
  }

  ClusterFile with(State newState, List<NodeRow> newNodes) {
    return new ClusterFile(cluster, demo, newState, dev, newNodes);
  }
}
