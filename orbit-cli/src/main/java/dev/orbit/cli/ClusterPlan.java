package dev.orbit.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides where the nodes of a new cluster listen. */
final class ClusterPlan {
  /** Nodes of another cluster that share a port by accident are refused by this name. */
  static final String CLUSTER = "dev";

  private ClusterPlan() {}

  /**
   * The nodes to start: those of an earlier cluster of the same directory where there was one,
   * because the voters' logs name each other's addresses.
   */
  static ClusterFile make(DataDirectory directory, DevOptions options) {
    Optional<ClusterFile> earlier = directory.readCluster();
    earlier.ifPresent(file -> checkSame(directory, file, options));
    List<NodeRow> nodes =
        earlier
            .filter(file -> options.portBase().isEmpty())
            .map(ClusterFile::nodes)
            .filter(ClusterPlan::portsAreFree)
            .orElseGet(() -> fresh(options));
    return new ClusterFile(
        CLUSTER,
        options.demo().title(),
        ClusterFile.State.STARTING,
        ProcessMark.current(),
        nodes.stream().map(node -> NodeRow.notStarted(node.spec())).toList());
  }

  private static void checkSame(DataDirectory directory, ClusterFile file, DevOptions options) {
    if (file.nodes().size() != options.nodes()) {
      throw new UserError(
          ExitCodes.USAGE,
          "%s holds a cluster of %d nodes; say --nodes %d, remove the directory, or choose another --data-dir"
              .formatted(directory.root(), file.nodes().size(), file.nodes().size()));
    }
    if (!file.demo().equals(options.demo().title())) {
      throw new UserError(
          ExitCodes.USAGE,
          "%s holds the demo '%s'; say --demo %s, remove the directory, or choose another --data-dir"
              .formatted(directory.root(), file.demo(), file.demo()));
    }
  }

  private static boolean portsAreFree(List<NodeRow> nodes) {
    return nodes.stream()
        .allMatch(node -> isFree(node.grpc()) && (node.raft() == null || isFree(node.raft())));
  }

  private static boolean isFree(String endpoint) {
    return Ports.isFree(Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1)));
  }

  private static List<NodeRow> fresh(DevOptions options) {
    List<Integer> ports =
        options.portBase().isPresent()
            ? fixed(options, options.portBase().getAsInt())
            : Ports.free(options.nodes() + options.voters());
    List<NodeRow> nodes = new ArrayList<>();
    for (int i = 0; i < options.nodes(); i++) {
      String raft = i < options.voters() ? Ports.HOST + ":" + ports.get(options.nodes() + i) : null;
      nodes.add(
          NodeRow.notStarted(new NodeSpec("n" + (i + 1), Ports.HOST + ":" + ports.get(i), raft)));
    }
    return nodes;
  }

  private static List<Integer> fixed(DevOptions options, int base) {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < options.nodes(); i++) {
      ports.add(base + i);
    }
    for (int i = 0; i < options.voters(); i++) {
      ports.add(base + DevOptions.RAFT_PORT_OFFSET + i);
    }
    for (int port : ports) {
      if (!Ports.isFree(port)) {
        throw new UserError(
            ExitCodes.FAILED,
            "port %d of %s is in use; choose another --port-base, or leave it out for free ports"
                .formatted(port, Ports.HOST));
      }
    }
    return ports;
  }
}
