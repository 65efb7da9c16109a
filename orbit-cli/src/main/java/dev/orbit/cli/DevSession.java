package dev.orbit.cli;

import dev.orbit.examples.bank.LoadProgress;
import dev.orbit.examples.bank.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code orbit dev}, from the start of its nodes to the verdict of its load.
 *
 * <p>Runs on the main thread. A shutdown hook, which Ctrl-C and SIGTERM start, asks it to stop,
 * waits until it has, and gives the process the exit code that the run came to.
 */
final class DevSession {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** The load's closing questions, the nodes' goodbyes. */
  private static final Duration CLOSING_BOUND = Duration.ofMinutes(3);

  private final DataDirectory directory;
  private final DevOptions options;
  private final DevReport report;
  private final CountDownLatch stopAsked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Map<String, String> told = new HashMap<>();
  private volatile int exitCode = ExitCodes.FAILED;

  DevSession(DataDirectory directory, DevOptions options, DevReport report) {
    this.directory = directory;
    this.options = options;
    this.report = report;
  }

  int run() throws InterruptedException {
    try (FileClaim _ = claim()) {
      ClusterFile plan = ClusterPlan.make(directory, options);
      Thread hook = new Thread(this::stopAndExit, "stop");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        exitCode = run(new DevCluster(directory, plan));
      } catch (UserError e) {
        exitCode = e.exitCode();
        throw e;
      }
      return exitCode;
    } finally {
      ended.countDown();
    }
  }

  private FileClaim claim() {
    return FileClaim.of(directory.lockFile())
        .orElseThrow(
            () ->
                new UserError(
                    ExitCodes.FAILED,
                    "%s belongs to a running cluster%s; stop it with Ctrl-C or choose another --data-dir"
                        .formatted(
                            directory.root(),
                            directory
                                .readCluster()
                                .map(file -> " (orbit dev, pid " + file.dev().pid() + ")")
                                .orElse(""))));
  }

  private void stopAndExit() {
    stopAsked.countDown();
    try {
      if (ended.await(CLOSING_BOUND.toSeconds(), TimeUnit.SECONDS)) {
        System.out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode);
  }

  private int run(DevCluster cluster) throws InterruptedException {
    report.starting(options.nodes(), directory.root());
    try {
      cluster.launch();
      // Only now: the nodes are what takes time, and all that begins after them is free.
      LogSetup.toFile(directory.log("dev"));
      cluster.awaitReady(stopAsked);
      report.ready(cluster.file(), ProcessMark.current().age());
      cluster.file().nodes().forEach(node -> told.put(node.name(), node.pid() + node.state()));
      if (options.load() == 0) {
        watch(cluster, null);
        report.stopping();
        return ExitCodes.OK;
      }
      return runLoad(cluster);
    } finally {
      cluster.stop();
    }
  }

  private int runLoad(DevCluster cluster) throws InterruptedException {
    try (BankRun run = BankRun.connect(cluster.file(), options.load())) {
      run.load().open();
      report.loadOpened(run.accounts(), options.load());
      report.hint(cluster.file());
      run.load().start();
      watch(cluster, run);
      report.stopping();
      Verdict verdict = run.load().finish();
      LoadProgress last = run.load().progress();
      report.summary(last, verdict);
      return verdict.balances() ? ExitCodes.OK : ExitCodes.LEDGER_DIFFERS;
    }
  }

  /** Tells what happens, every second, until the time is over or somebody asks to stop. */
  private void watch(DevCluster cluster, @Nullable BankRun run) throws InterruptedException {
    long begin = System.nanoTime();
    long end =
        options.duration().map(duration -> begin + duration.toNanos()).orElse(Long.MAX_VALUE);
    long nextLine = begin + SECOND.toNanos();
    while (System.nanoTime() - end < 0
        && !stopAsked.await(Math.min(100, millisUntil(end)), TimeUnit.MILLISECONDS)) {
      Duration since = Duration.ofNanos(System.nanoTime() - begin);
      tellChanges(since, cluster.look());
      if (System.nanoTime() - nextLine >= 0) {
        nextLine += SECOND.toNanos();
        if (run != null) {
          report.progress(since, run.load().progress());
        } else {
          report.quiet(since, cluster.file().nodes());
        }
      }
    }
  }

  /** A node that takes partitions over is not ready for a moment; that is not worth a line. */
  private void tellChanges(Duration since, List<NodeRow> changed) {
    for (NodeRow node : changed) {
      String state = node.pid() + node.state();
      boolean news =
          !node.state().equals(NodeRow.word(NodeFile.State.NOT_READY))
              && !state.equals(told.put(node.name(), state));
      if (news) {
        report.changed(since, node);
      }
    }
  }

  private static long millisUntil(long nanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime()));
  }
}
