package dev.orbit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Does in one process, and in a directory that is removed afterwards, what {@code orbit dev} and
 * its three nodes do: the launcher has the JVM write down which classes that takes, so that later
 * starts find them ready. What is not done here costs every start.
 */
@Command(name = "rehearse", hidden = true, description = "Runs a cluster for a moment.")
final class NodeRehearseCommand implements Callable<Integer> {
  private static final int NODES = 3;
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOAD = Duration.ofSeconds(1);

  @Mixin private OutputOption output = new OutputOption();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    LogSetup.toStandardOutput();
    Path directory = Files.createTempDirectory("orbit-rehearsal");
    try {
      rehearse(new DataDirectory(directory));
      return ExitCodes.OK;
    } finally {
      remove(directory);
    }
  }

  private void rehearse(DataDirectory directory) throws InterruptedException {
    DevOptions options =
        new DevOptions(
            NODES, Demo.BANK, OptionalInt.empty(), BankRun.DEFAULT_RATE, Optional.of(LOAD));
    DevReport report = new DevReport(Printer.of(spec, output));
    ClusterFile plan = ClusterPlan.make(directory, options);
    report.starting(NODES, directory.root());
    List<NodeRun> nodes = new ArrayList<>();
    for (NodeRow row : plan.nodes()) {
      NodeRun node = new NodeRun(NodeOrder.of(plan, row.spec(), directory, false));
      nodes.add(node);
      Thread.ofPlatform().name(row.name()).start(() -> run(node));
    }
    report.ready(awaitReady(directory, plan), ProcessMark.current().age());
    runLoad(plan, report);
    List<Thread> stops = nodes.stream().map(node -> Thread.ofPlatform().start(node::stop)).toList();
    for (Thread stop : stops) {
      stop.join();
    }
  }

  private static void run(NodeRun node) {
    try {
      node.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ClusterFile awaitReady(DataDirectory directory, ClusterFile plan)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      List<NodeRow> rows = directory.look(plan.nodes());
      if (rows.stream().allMatch(NodeRow::ready)) {
        ClusterFile ready = plan.with(ClusterFile.State.RUNNING, rows);
        Json.writeFile(directory.clusterFile(), ready);
        return ready;
      }
      Thread.sleep(LOOK);
    }
    throw new UserError(ExitCodes.FAILED, "the nodes of the rehearsal are not ready");
  }

  private static void runLoad(ClusterFile cluster, DevReport report) throws InterruptedException {
    try (BankRun run = BankRun.connect(cluster, BankRun.DEFAULT_RATE)) {
      run.load().open();
      report.loadOpened(run.accounts(), BankRun.DEFAULT_RATE);
      run.load().start();
      Thread.sleep(LOAD);
      report.summary(run.load().progress(), run.load().finish());
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
