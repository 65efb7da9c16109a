package dev.orbit.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows a cluster as a whole. */
@Command(
    name = "status",
    description = "Shows the running cluster; exit code 1 unless every node is ready.",
    mixinStandardHelpOptions = true)
final class ClusterStatusCommand implements Callable<Integer> {
  @Mixin private DataDirOption dataDir = new DataDirOption();
  @Mixin private OutputOption output = new OutputOption();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    DataDirectory directory = dataDir.directory();
    ClusterFile cluster = directory.running();
    List<NodeFile> alive =
        cluster.nodes().stream()
            .filter(NodeRow::running)
            .map(node -> directory.readNode(node.name()))
            .flatMap(Optional::stream)
            .toList();
    Printer.of(spec, output)
        .result(json(directory, cluster, alive), () -> text(directory, cluster, alive));
    return healthy(cluster) ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private static boolean healthy(ClusterFile cluster) {
    return cluster.nodes().stream().allMatch(NodeRow::ready);
  }

  private static Map<String, Object> json(
      DataDirectory directory, ClusterFile cluster, List<NodeFile> alive) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cluster", cluster.cluster());
    json.put("demo", cluster.demo());
    json.put("dataDir", directory.root().toString());
    json.put("devPid", cluster.dev().pid());
    json.put("healthy", healthy(cluster));
    json.put("leader", leader(cluster).orElse(""));
    json.put("nodes", cluster.nodes());
    json.put("reports", alive);
    return json;
  }

  private static Optional<String> leader(ClusterFile cluster) {
    return cluster.nodes().stream().filter(NodeRow::leader).map(NodeRow::name).findFirst();
  }

  private static String text(DataDirectory directory, ClusterFile cluster, List<NodeFile> alive) {
    long ready = cluster.nodes().stream().filter(NodeRow::ready).count();
    Table table =
        new Table("NODE", "STATE", "INCARNATION", "VIEW", "MEMBERS", "PARTITIONS", "ACTORS");
    for (NodeRow row : cluster.nodes()) {
      Optional<NodeFile.Report> report =
          alive.stream()
              .filter(file -> file.name().equals(row.name()) && file.report() != null)
              .map(file -> Objects.requireNonNull(file.report()))
              .findFirst();
      String state = row.leader() ? row.state() + ", leader" : row.state();
      if (report.isEmpty()) {
        table.row(row.name(), state, "-", "-", "-", "-", "-");
      } else {
        NodeFile.Report seen = report.get();
        table.row(
            row.name(),
            state,
            seen.incarnation(),
            seen.viewVersion(),
            seen.members(),
            seen.partitionsServed() + " of " + seen.partitionsOwned(),
            seen.activations());
      }
    }
    return """
    Cluster %s in %s: %d of %d nodes ready, demo %s, orbit dev has pid %d.
    %s\
    """
        .formatted(
            cluster.cluster(),
            directory.root(),
            ready,
            cluster.nodes().size(),
            cluster.demo(),
            cluster.dev().pid(),
            table);
  }
}
