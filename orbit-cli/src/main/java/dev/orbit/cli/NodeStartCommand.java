package dev.orbit.cli;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Starts a node again. */
@Command(
    name = "start",
    description = "Starts a node that is not running, with its old data and ports.",
    mixinStandardHelpOptions = true)
final class NodeStartCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The node, as node ls names it.")
  private String name = "";

  @Option(
      names = "--replace",
      description =
          "The node has lost its Raft log for good and learns it from the other voters. Its raft"
              + " directory must be empty.")
  private boolean replace;

  @Mixin private DataDirOption dataDir = new DataDirOption();
  @Mixin private OutputOption output = new OutputOption();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    DataDirectory directory = dataDir.directory();
    ClusterFile cluster = directory.running();
    NodeRow node = ClusterNodes.find(cluster, name);
    if (node.running()) {
      throw new UserError(
          ExitCodes.FAILED,
          "%s is running (pid %d); kill it first with: orbit node kill %s"
              .formatted(name, node.pid(), name));
    }
    long begin = System.nanoTime();
    Process process = new NodeLauncher(directory).start(cluster, node.spec(), replace);
    new NodeStart(directory, name, process).await();
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    Printer.of(spec, output)
        .result(
            Map.of("node", name, "pid", process.pid(), "readyAfterMillis", took.toMillis()),
            () ->
                "%s is ready (pid %d) after %s."
                    .formatted(name, process.pid(), Text.seconds(took)));
    return ExitCodes.OK;
  }
}
