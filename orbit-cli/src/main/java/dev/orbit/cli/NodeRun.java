package dev.orbit.cli;

import dev.orbit.api.error.OrbitException;
import dev.orbit.runtime.NodeReport;
import dev.orbit.runtime.OrbitNode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node process. Started by {@code orbit dev} and {@code orbit node start}. */
final class NodeRun {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration LOOK_WHEN_READY = Duration.ofSeconds(1);
  private static final Duration LOOK_AT_PARENT = Duration.ofMillis(500);

  /** How long a node that was told to stop may take to hand its actors over. */
  static final Duration DRAIN = Duration.ofSeconds(30);

  private final NodeOrder order;
  private final String name;
  private final DataDirectory directory;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicReference<@Nullable OrbitNode> node = new AtomicReference<>();
  private final ProcessMark self = ProcessMark.current();
  private @Nullable String written;

  NodeRun(NodeOrder order) {
    this.order = order;
    this.name = order.name();
    this.directory = order.directory();
  }

  /** Runs until the process is told to end; returns its exit code. */
  int run() throws InterruptedException {
    Logger log = LoggerFactory.getLogger(NodeRun.class);
    if (FileClaim.of(directory.nodeLock(name)).isEmpty()) {
      log.error("event=node-refused node={} reason=\"another process runs it\"", name);
      return ExitCodes.FAILED;
    }
    ProcessMark watched = order.parent();
    write(NodeFile.State.STARTING, null, null);
    Thread.ofPlatform().daemon().name("parent-watch").start(() -> watch(watched));
    try (NodeTelemetry telemetry = NodeTelemetry.start(name, order.metrics(), System.getenv())) {
      OrbitNode started = node(order).openTelemetry(telemetry.openTelemetry()).start();
      node.set(started);
      Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
      while (!stopping.get()) {
        report(started);
        if (started.isReady()) {
          Thread.sleep(LOOK_WHEN_READY);
        } else {
          started.awaitReady(LOOK);
        }
      }
      return ExitCodes.OK;
    } catch (OrbitException e) {
      log.error("event=node-failed node={}", name, e);
      write(NodeFile.State.FAILED, e.getMessage(), null);
      return ExitCodes.FAILED;
    } catch (RuntimeException e) {
      log.error("event=node-failed node={}", name, e);
      write(NodeFile.State.FAILED, "%s; see %s".formatted(e, directory.log(name)), null);
      return ExitCodes.FAILED;
    }
  }

  /** The node that is asked for, not started. */
  static OrbitNode.Builder node(NodeOrder order) {
    DataDirectory directory = order.directory();
    return order
        .demo()
        .on(OrbitNode.builder())
        .cluster(order.cluster())
        .name(order.name())
        .listen(order.listen())
        .voters(order.voters())
        .dataDirectory(directory.nodeDirectory(order.name()).resolve("raft"))
        .replaceVoter(order.replace())
        .sharedStateFile(directory.stateFile())
        .drainTimeout(DRAIN);
  }

  /** Ends this process at once when the other is gone: what was acknowledged is on disk. */
  private static void watch(ProcessMark parent) {
    try {
      parent.awaitEnd(LOOK_AT_PARENT);
    } catch (InterruptedException e) {
      return;
    }
    Runtime.getRuntime().halt(ExitCodes.FAILED);
  }

  /** Has the node leave in good order, and waits for that; {@link #run} returns then. */
  void stop() {
    stopping.set(true);
    OrbitNode started = node.get();
    NodeFile.Drain drain = started == null ? null : NodeFile.Drain.of(started.drain());
    write(new NodeFile(name, self, NodeFile.State.STOPPED, null, null, drain));
  }

  private void report(OrbitNode started) {
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
    write(state, null, report);
  }

  private void write(
      NodeFile.State state, @Nullable String message, NodeFile.@Nullable Report report) {
    write(new NodeFile(name, self, state, message, report, null));
  }

  private synchronized void write(NodeFile file) {
    String text = file.text();
    if (!text.equals(written)) {
      WholeFile.replace(directory.nodeFile(name), text);
      written = text;
    }
  }
}
