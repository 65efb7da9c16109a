package dev.orbit.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Ends a node in good order, by the signal that supervisors send. */
@Command(
    name = "stop",
    description = "Has a node hand its actors over, leave the cluster and end (SIGTERM).",
    mixinStandardHelpOptions = true)
final class NodeStopCommand implements Callable<Integer> {
  /** What a node takes for draining at most, its goodbye, and the end of its process. */
  private static final Duration PATIENCE = NodeRun.DRAIN.plusSeconds(30);

  @Parameters(paramLabel = "NAME", description = "The node, as node ls names it.")
  private String name = "";

  @Mixin private DataDirOption dataDir = new DataDirOption();
  @Mixin private OutputOption output = new OutputOption();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    DataDirectory directory = dataDir.directory();
    ProcessHandle process = ClusterNodes.process(directory, name);
    long begin = System.nanoTime();
    process.destroy();
    try {
      process.onExit().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      throw new UserError(
          ExitCodes.FAILED,
          "%s (pid %d) has not ended after %s; see %s, or end it with: orbit node kill %s"
              .formatted(name, process.pid(), Text.seconds(PATIENCE), directory.log(name), name),
          e);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    NodeFile.Drain drain =
        directory
            .readNode(name)
            .filter(said -> said.process().pid() == process.pid())
            .map(NodeFile::drain)
            .orElseThrow(
                () ->
                    new UserError(
                        ExitCodes.FAILED,
                        "%s (pid %d) ended without a report of how it left; see %s"
                            .formatted(name, process.pid(), directory.log(name))));
    Printer.of(spec, output)
        .result(
            new Stopped(name, process.pid(), NodeRow.STOPPED, took.toMillis(), drain),
            () ->
                "Stopped %s (pid %d) in %s: %d actors moved, %d calls forwarded, %d rejected, longest pause %d ms."
                    .formatted(
                        name,
                        process.pid(),
                        Text.seconds(took),
                        drain.moved(),
                        drain.forwarded(),
                        drain.rejected(),
                        drain.longestPauseMillis()));
    return ExitCodes.OK;
  }

  /** What is printed. */
  record Stopped(String node, long pid, String state, long millis, NodeFile.Drain drain) {}
}
