package dev.orbit.cli;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.OrbitException;
import dev.orbit.runtime.NodeReport;
import dev.orbit.runtime.OrbitNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One node process. Started by {@code orbit dev} and {@code orbit node start}. */
@Command(name = "run", hidden = true, description = "Runs one node in this process.")
final class NodeRunCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(100);

  /** How long a node that was told to stop may take to hand its actors over. */
  static final Duration DRAIN = Duration.ofSeconds(30);

  @Option(names = "--name", required = true)
  private String name = "";

  @Option(names = "--cluster", required = true)
  private String cluster = "";

  @Option(names = "--demo", required = true)
  private String demo = "";

  @Option(names = "--listen", required = true)
  private String listen = "";

  @Option(names = "--voters", required = true)
  private String voters = "";

  @Option(names = "--parent", required = true)
  private String parent = "";

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description = "Where to serve /metrics for Prometheus; default: nowhere",
      defaultValue = "")
  private String metrics = "";

  @Option(names = "--replace")
  private boolean replace;

  @Mixin private DataDirOption dataDir = new DataDirOption();

  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicReference<@Nullable OrbitNode> node = new AtomicReference<>();
  private @Nullable NodeFile written;

  @Override
  public Integer call() throws InterruptedException {
    LogSetup.toStandardOutput();
    Logger log = LoggerFactory.getLogger(NodeRunCommand.class);
    DataDirectory directory = dataDir.directory();
    if (FileClaim.of(directory.nodeLock(name)).isEmpty()) {
      log.error("event=node-refused node={} reason=\"another process runs it\"", name);
      return ExitCodes.FAILED;
    }
    ProcessMark watched = parentMark();
    write(directory, NodeFile.State.STARTING, null, null);
    Thread.ofPlatform().daemon().name("parent-watch").start(() -> watch(watched));
    try (NodeTelemetry telemetry =
        NodeTelemetry.start(
            name,
            metrics.isEmpty() ? Optional.empty() : Optional.of(Endpoint.parse(metrics)),
            System.getenv())) {
      OrbitNode started = start(directory, telemetry);
      node.set(started);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(directory), "stop"));
      while (!stopping.get()) {
        report(directory, started);
        Thread.sleep(LOOK);
      }
      return ExitCodes.OK;
    } catch (OrbitException e) {
      log.error("event=node-failed node={}", name, e);
      write(directory, NodeFile.State.FAILED, e.getMessage(), null);
      return ExitCodes.FAILED;
    } catch (RuntimeException e) {
      log.error("event=node-failed node={}", name, e);
      write(directory, NodeFile.State.FAILED, "%s; see %s".formatted(e, directory.log(name)), null);
      return ExitCodes.FAILED;
    }
  }

  private OrbitNode start(DataDirectory directory, NodeTelemetry telemetry) {
    return Demo.named(demo)
        .on(OrbitNode.builder())
        .cluster(cluster)
        .name(name)
        .listen(Endpoint.parse(listen))
        .voters(parseVoters(voters))
        .dataDirectory(directory.nodeDirectory(name).resolve("raft"))
        .replaceVoter(replace)
        .sharedStateFile(directory.stateFile())
        .drainTimeout(DRAIN)
        .openTelemetry(telemetry.openTelemetry())
        .start();
  }

  private static Map<String, Endpoint> parseVoters(String text) {
    Map<String, Endpoint> voters = new LinkedHashMap<>();
    for (String voter : text.split(",")) {
      int equals = voter.indexOf('=');
      voters.put(voter.substring(0, equals), Endpoint.parse(voter.substring(equals + 1)));
    }
    return voters;
  }

  private ProcessMark parentMark() {
    String[] parts = parent.split(":");
    return new ProcessMark(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
  }

  /** Ends this process at once when the other is gone: what was acknowledged is on disk. */
  private static void watch(ProcessMark parent) {
    while (parent.isAlive()) {
      try {
        Thread.sleep(Duration.ofMillis(500));
      } catch (InterruptedException e) {
        return;
      }
    }
    Runtime.getRuntime().halt(ExitCodes.FAILED);
  }

  private void stop(DataDirectory directory) {
    stopping.set(true);
    OrbitNode started = node.get();
    NodeFile.Drain drain = started == null ? null : NodeFile.Drain.of(started.drain());
    write(
        new NodeFile(name, ProcessMark.current(), NodeFile.State.STOPPED, null, null, drain),
        directory);
  }

  private void report(DataDirectory directory, OrbitNode started) {
    NodeReport seen = started.report();
    NodeFile.Report report =
        new NodeFile.Report(
            seen.member().incarnation(),
            seen.leaseHeld(),
            seen.viewVersion(),
            seen.members(),
            seen.partitionsOwned(),
            seen.partitionsServed(),
            seen.activations().values().stream().mapToInt(Integer::intValue).sum(),
            seen.raftLeader().orElse(null));
    NodeFile.State state = started.isReady() ? NodeFile.State.READY : NodeFile.State.NOT_READY;
    write(directory, state, null, report);
  }

  private synchronized void write(
      DataDirectory directory,
      NodeFile.State state,
      @Nullable String message,
      NodeFile.@Nullable Report report) {
    write(new NodeFile(name, ProcessMark.current(), state, message, report, null), directory);
  }

  private synchronized void write(NodeFile file, DataDirectory directory) {
    if (!file.equals(written)) {
      Json.writeFile(directory.nodeFile(name), file);
      written = file;
    }
  }
}
