package dev.orbit.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Kills a node process, to see what its cluster makes of it. */
@Command(
    name = "kill",
    description = "Ends a node's process at once, as kill -9 does.",
    mixinStandardHelpOptions = true)
final class NodeKillCommand implements Callable<Integer> {
  private static final long PATIENCE_SECONDS = 10;

  @Parameters(paramLabel = "NAME", description = "The node, as node ls names it.")
  private String name = "";

  @Mixin private DataDirOption dataDir = new DataDirOption();
  @Mixin private OutputOption output = new OutputOption();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    DataDirectory directory = dataDir.directory();
    ProcessHandle process = ClusterNodes.process(directory, name);
    process.destroyForcibly();
    try {
      process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw new UserError(
          ExitCodes.FAILED, "pid %d of %s does not end".formatted(process.pid(), name), e);
    }
    Printer.of(spec, output)
        .result(
            Map.of("node", name, "pid", process.pid(), "state", NodeRow.DEAD),
            () -> "Killed %s (pid %d).".formatted(name, process.pid()));
    return ExitCodes.OK;
  }
}
