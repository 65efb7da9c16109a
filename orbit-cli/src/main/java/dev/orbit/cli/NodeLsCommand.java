package dev.orbit.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the nodes. */
@Command(
    name = "ls",
    description = "Lists the nodes of the running cluster.",
    mixinStandardHelpOptions = true)
final class NodeLsCommand implements Callable<Integer> {
  @Mixin private DataDirOption dataDir = new DataDirOption();
  @Mixin private OutputOption output = new OutputOption();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    ClusterFile cluster = dataDir.directory().running();
    Printer printer = Printer.of(spec, output);
    printer.result(cluster.nodes(), () -> Table.ofNodes(cluster.nodes()).toString());
    return ExitCodes.OK;
  }
}
