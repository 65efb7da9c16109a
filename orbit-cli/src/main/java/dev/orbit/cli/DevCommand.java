package dev.orbit.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a cluster on this machine. */
@Command(
    name = "dev",
    description = {
      "Runs a cluster of separate processes on this machine, and a demo application on it.",
      "Ends with Ctrl-C or after --duration; with a demo that has a load, the exit code is 0 only"
          + " if the ledger of the load balances."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DevCommand implements Callable<Integer> {
  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "How many node processes (default: 3).")
  private int nodes = 3;

  @Option(
      names = "--demo",
      paramLabel = "NAME",
      description = "The application: bank (default) or hello.")
  private String demo = "bank";

  @Option(
      names = "--port-base",
      paramLabel = "P",
      description =
          "Node i takes actor traffic on port P+i and Raft traffic on P+100+i, i from 0"
              + " (default: any free ports).")
  private @Nullable Integer portBase;

  @Option(
      names = "--load",
      paramLabel = "RPS",
      description = "Operations a second that the demo's load begins; 0 for none (default: 100).")
  private @Nullable Integer load;

  @Option(
      names = "--duration",
      paramLabel = "D",
      converter = DurationConverter.class,
      description = "Stop after that long, as 45s or 2m (default: at Ctrl-C).")
  private @Nullable Duration duration;

  @Mixin private DataDirOption dataDir = new DataDirOption();
  @Mixin private OutputOption output = new OutputOption();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Demo chosen = Demo.named(demo);
    int rate = load != null ? load : chosen.hasLoad() ? BankRun.DEFAULT_RATE : 0;
    DevOptions options =
        new DevOptions(
            nodes,
            chosen,
            portBase == null ? OptionalInt.empty() : OptionalInt.of(portBase),
            rate,
            Optional.ofNullable(duration));
    DevReport report = new DevReport(Printer.of(spec, output));
    return new DevSession(dataDir.directory(), options, report).run();
  }
}
