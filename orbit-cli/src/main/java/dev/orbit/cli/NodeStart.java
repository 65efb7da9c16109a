package dev.orbit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** A node process on its way to being ready. Confined to one thread. */
final class NodeStart {
  /** A machine under load, a log to replay, and the lease of the node's earlier life. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final Duration LOOK = Duration.ofMillis(25);

  private final DataDirectory directory;
  private final String name;
  private final Process process;
  private String seen = "";
  private boolean ready;

  NodeStart(DataDirectory directory, String name, Process process) {
    this.directory = directory;
    this.name = name;
    this.process = process;
  }

  /** Waits until the node is ready. */
  void await() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady()) {
      if (System.nanoTime() > end) {
        throw late();
      }
      Thread.sleep(LOOK);
    }
  }

  /** What to tell when it is not ready in time. */
  UserError late() {
    return new UserError(
        ExitCodes.FAILED,
        "%s is not ready after %s; see %s"
            .formatted(name, Text.seconds(PATIENCE), directory.log(name)));
  }

  /** Whether the node is ready; throws when it never will be. */
  boolean isReady() {
    boolean alive = process.isAlive();
    String text = Json.text(directory.nodeFile(name));
    if (alive && text.equals(seen)) {
      // The nodes that are awaited need the processor more than a look at the same words does.
      return ready;
    }
    seen = text;
    ready =
        directory
            .readNode(name)
            .filter(said -> said.process().pid() == process.pid())
            .filter(said -> said.state() == NodeFile.State.READY)
            .isPresent();
    if (!ready && !alive) {
      String message =
          directory
              .readNode(name)
              .filter(said -> said.process().pid() == process.pid())
              .map(NodeFile::message)
              .orElseGet(this::lastLogLine);
      throw new UserError(
          ExitCodes.FAILED, "%s could not start: %s%s".formatted(name, message, advice(message)));
    }
    return ready;
  }

  private static String advice(String message) {
    return message.contains("ORBIT-5003")
        ? "%nAnother program took the port in the meantime; choose others with --port-base."
            .formatted()
        : "";
  }

  private String lastLogLine() {
    try {
      List<String> lines = Files.readAllLines(directory.log(name));
      return (lines.isEmpty() ? "it said nothing" : lines.getLast())
          + "; see "
          + directory.log(name);
    } catch (IOException e) {
      return "it left no log (%s)".formatted(e.getMessage());
    }
  }
}
