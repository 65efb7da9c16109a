package dev.orbit.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The files of one cluster.
 *
 * @param root absolute
 */
record DataDirectory(Path root) {
  Path clusterFile() {
    return root.resolve("cluster.json");
  }

  Path lockFile() {
    return root.resolve("dev.lock");
  }

  Path stateFile() {
    return root.resolve("state.db");
  }

  Path nodeDirectory(String node) {
    return root.resolve("nodes").resolve(node);
  }

  Path nodeFile(String node) {
    return nodeDirectory(node).resolve("node.json");
  }

  Path nodeLock(String node) {
    return nodeDirectory(node).resolve("node.lock");
  }

  Path log(String process) {
    return root.resolve("logs").resolve(process + ".log");
  }

  Optional<ClusterFile> readCluster() {
    return Json.readFile(clusterFile(), ClusterFile.class);
  }

  Optional<NodeFile> readNode(String name) {
    return Json.readFile(nodeFile(name), NodeFile.class);
  }

  /** The cluster that runs here, with its nodes as they are now. */
  ClusterFile running() {
    ClusterFile cluster =
        readCluster()
            .filter(file -> file.state() != ClusterFile.State.STOPPED && file.dev().isAlive())
            .orElseThrow(
                () ->
                    new UserError(
                        ExitCodes.NOT_RUNNING,
                        "no cluster is running in %s; start one with: orbit dev --nodes 3 --demo bank%n"
                                .formatted(root)
                            + "(or name the directory of a running one by --data-dir)"));
    return cluster.with(cluster.state(), look(cluster.nodes()));
  }

  /** The nodes as they are now. */
  List<NodeRow> look(List<NodeRow> nodes) {
    List<Optional<NodeFile>> files = nodes.stream().map(node -> readNode(node.name())).toList();
    Optional<String> leader =
        files.stream()
            .flatMap(Optional::stream)
            .filter(file -> file.process().isAlive() && file.report() != null)
            .map(file -> Objects.requireNonNull(file.report()))
            .filter(report -> report.raftLeader() != null)
            .max((a, b) -> Long.compare(a.viewVersion(), b.viewVersion()))
            .map(NodeFile.Report::raftLeader);
    List<NodeRow> rows = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      rows.add(look(nodes.get(i), files.get(i), leader));
    }
    return rows;
  }

  private static NodeRow look(NodeRow node, Optional<NodeFile> file, Optional<String> leader) {
    if (file.isEmpty()) {
      return node.seen(0, NodeRow.STOPPED, false);
    }
    NodeFile said = file.get();
    if (!said.process().isAlive()) {
      boolean goodbye =
          said.state() == NodeFile.State.STOPPED || said.state() == NodeFile.State.FAILED;
      return node.seen(0, goodbye ? NodeRow.word(said.state()) : NodeRow.DEAD, false);
    }
    boolean leads = leader.filter(node.name()::equals).isPresent();
    return node.seen(said.process().pid(), NodeRow.word(said.state()), leads);
  }
}
