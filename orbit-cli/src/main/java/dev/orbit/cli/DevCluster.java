package dev.orbit.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The node processes of one {@code orbit dev}: starts them, looks after them, ends them. To be used
 * by one thread.
 */
final class DevCluster {
  private static final Duration LOOK = Duration.ofMillis(25);

  /** How long a node may take for its goodbye before it is killed. */
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final DataDirectory directory;
  private final List<NodeStart> starts = new ArrayList<>();
  private ClusterFile file;

  DevCluster(DataDirectory directory, ClusterFile plan) {
    this.directory = directory;
    this.file = plan;
  }

  ClusterFile file() {
    return file;
  }

  /**
   * Starts the processes of all nodes. Where they listen is written while they start: their logs
   * will name each other's addresses, but not before all of them are up, and without this process
   * they end within half a second.
   */
  void launch() throws InterruptedException {
    awaitEndOfEarlierNodes();
    NodeLauncher launcher = new NodeLauncher(directory);
    for (NodeRow node : file.nodes()) {
      Process process = launcher.start(file, node.spec(), false);
      starts.add(new NodeStart(directory, node.name(), process));
    }
    write(file);
  }

  /** Waits until each node is ready, or until {@code stopAsked} opens. */
  void awaitReady(CountDownLatch stopAsked) throws InterruptedException {
    for (NodeStart start : starts) {
      awaitOne(starts, start, stopAsked);
    }
    write(file.with(ClusterFile.State.RUNNING, directory.look(file.nodes())));
  }

  /** Waits for one, and notices at once when another cannot start. */
  private static void awaitOne(Iterable<NodeStart> all, NodeStart awaited, CountDownLatch stopAsked)
      throws InterruptedException {
    long end = System.nanoTime() + NodeStart.PATIENCE.toNanos();
    while (!awaited.isReady()) {
      for (NodeStart start : all) {
        start.isReady();
      }
      if (System.nanoTime() > end) {
        throw awaited.late();
      }
      if (stopAsked.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new UserError(ExitCodes.FAILED, "stopped before all nodes were ready");
      }
    }
  }

  /** Nodes of a killed {@code orbit dev} need a moment to notice. */
  private void awaitEndOfEarlierNodes() throws InterruptedException {
    long end = System.nanoTime() + GOODBYE.toNanos();
    for (NodeRow node : file.nodes()) {
      while (directory.readNode(node.name()).filter(said -> said.process().isAlive()).isPresent()) {
        if (System.nanoTime() > end) {
          throw new UserError(
              ExitCodes.FAILED,
              "a process of %s in %s is still running; end it or choose another --data-dir"
                  .formatted(node.name(), directory.root()));
        }
        Thread.sleep(LOOK);
      }
    }
  }

  /** Looks at the nodes; returns those that changed since the last look, as they are now. */
  List<NodeRow> look() {
    List<NodeRow> before = file.nodes();
    List<NodeRow> now = directory.look(before);
    List<NodeRow> changed = new ArrayList<>();
    for (int i = 0; i < now.size(); i++) {
      boolean same =
          now.get(i).pid() == before.get(i).pid()
              && now.get(i).state().equals(before.get(i).state());
      if (!same) {
        changed.add(now.get(i));
      }
    }
    if (!now.equals(before)) {
      write(file.with(file.state(), now));
    }
    return changed;
  }

  /** Ends all nodes, one after the other, so that each can say goodbye to a majority. */
  void stop() {
    List<NodeRow> nodes = new ArrayList<>(directory.look(file.nodes()));
    nodes.sort((a, b) -> Boolean.compare(a.leader(), b.leader()));
    for (NodeRow node : nodes) {
      directory.readNode(node.name()).flatMap(said -> said.process().find()).ifPresent(this::end);
    }
    write(file.with(ClusterFile.State.STOPPED, directory.look(file.nodes())));
  }

  private void end(ProcessHandle process) {
    process.destroy();
    try {
      process.onExit().get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      kill(process);
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().orTimeout(GOODBYE.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  private void write(ClusterFile newFile) {
    file = newFile;
    Json.writeFile(directory.clusterFile(), newFile);
  }
}
