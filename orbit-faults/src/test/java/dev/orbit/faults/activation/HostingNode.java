package dev.orbit.faults.activation;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.faults.MonotonicClock;
import dev.orbit.faults.Stamps;
import dev.orbit.runtime.DrainReport;
import dev.orbit.runtime.OrbitNode;
import dev.orbit.runtime.inspect.IntegrityReport;
import dev.orbit.runtime.state.PostgresConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * One node that hosts both kinds of {@link Tally} and calls them. It drains on SIGTERM.
 *
 * <p>Arguments: its number, its data directory, the directory of stamps, the address of a {@link
 * StoreProcess} or the URL of a database, and the addresses of all nodes. It says {@code ready}
 * when it is in the cluster. Then it is told, by lines:
 *
 * <ul>
 *   <li>{@code well N}: says {@code well N} if it serves all that it owns, else {@code ill N}
 *   <li>{@code finish}: ends its calls, then says {@code finished}
 *   <li>{@code integrity N}: compares the directory with the activations of all nodes, and says
 *       {@code integrity N well} or what was found
 * </ul>
 *
 * <p>It ends when its input does, and with {@value #FAILED} when its voter has failed or refuses to
 * start. A voter that refuses is replaced at the next start, as its operator would do.
 */
final class HostingNode {
  static final String CLUSTER = "fire";
  static final int PORT = 7400;
  static final int VOTERS = 3;
  static final Duration LEASE = Duration.ofSeconds(3);
  static final Duration CALL = Duration.ofSeconds(4);

  private static final int RAFT_PORT = 7500;
  private static final int CALLERS = 3;
  private static final Duration JOIN = Duration.ofMinutes(3);
  private static final Duration STORE = Duration.ofSeconds(3);
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long LOOK_MILLIS = 100;

  /** With what a node ends whose voter has failed, or refuses to start. */
  static final int FAILED = 3;

  private final String name;
  private final String process;
  private final Stamps stamps;
  private final OrbitNode node;
  private final Callers callers;

  private HostingNode(String number, Path data, Path stampsDirectory, List<String> addresses) {
    this.name = "n" + number;
    this.process = name + "." + ProcessHandle.current().pid();
    this.stamps = Stamps.open(stampsDirectory, name);
    int index = Integer.parseInt(number);
    CompletableFuture<OrbitNode> started = new CompletableFuture<>();
    Witness witness = new Witness(stamps, process, started);
    this.node =
        withStore(addresses.getFirst())
            .cluster(CLUSTER)
            .name(name)
            .listen(new Endpoint(addresses.get(index), PORT))
            .voters(voters(addresses))
            .dataDirectory(data)
            .replaceVoter(Files.exists(lost(data)))
            .actors(TallyActor.class, RovingActor.class)
            .dependencies((actor, parameter) -> Optional.of(witness))
            .leaseDuration(LEASE)
            .callTimeout(CALL)
            .joinTimeout(JOIN)
            .drainTimeout(DRAIN)
            .rebalanceAfter(Duration.ofSeconds(1))
            .start();
    started.complete(node);
    this.callers = new Callers(node.actors(), stamps, process);
  }

  private static OrbitNode.Builder withStore(String where) {
    return where.startsWith("jdbc:")
        ? OrbitNode.builder().postgres(new PostgresConfig(where, "postgres", "", 4, STORE))
        : OrbitNode.builder().stateStore(new RemoteStore(new Endpoint(where, StoreProcess.PORT)));
  }

  private static Map<String, Endpoint> voters(List<String> addresses) {
    Map<String, Endpoint> voters = new TreeMap<>();
    for (int i = 1; i <= VOTERS; i++) {
      voters.put("n" + i, new Endpoint(addresses.get(i), RAFT_PORT));
    }
    return voters;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    // The first question takes long.
    MonotonicClock.nanos();
    HostingNode hosting;
    try {
      hosting =
          new HostingNode(
              arguments[0],
              Path.of(arguments[1]),
              Path.of(arguments[2]),
              List.of(arguments).subList(3, arguments.length));
    } catch (RuntimeException e) {
      System.err.println(e);
      if (e instanceof OrbitException refused && refused.code() == ErrorCode.VOTER_REFUSED) {
        moveAway(Path.of(arguments[1]));
      }
      Runtime.getRuntime().halt(FAILED);
      return;
    }
    Files.deleteIfExists(lost(Path.of(arguments[1])));
    hosting.run();
  }

  /** Is there while a voter whose directory was moved away has not come back. */
  private static Path lost(Path data) {
    return data.resolveSibling(data.getFileName() + ".lost");
  }

  /** What an operator does with the directory of a voter that has lost what it promised. */
  private static void moveAway(Path data) throws IOException {
    Path away = data.resolveSibling(data.getFileName() + ".lost-" + ProcessHandle.current().pid());
    Files.move(data, away);
    Files.createDirectory(data);
    if (Files.notExists(lost(data))) {
      Files.createFile(lost(data));
    }
  }

  private void run() throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::leave));
    stamps.add("joined", process);
    var _ =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory())
            .scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    callers.start(CALLERS);
    System.out.println("ready");
    Input.obey(
        words -> {
          switch (words[0]) {
            case "well" -> System.out.println((node.isReady() ? "well " : "ill ") + words[1]);
            case "finish" -> {
              callers.finish();
              System.out.println("finished");
            }
            case "integrity" -> System.out.println("integrity " + words[1] + " " + integrity());
            default -> throw new IllegalStateException(words[0]);
          }
        });
  }

  /** A voter whose disk has failed votes no more until its process is started again. */
  private void look() {
    node.report()
        .voterFailure()
        .ifPresent(
            reason -> {
              System.err.println("failed: " + reason);
              stamps.add("failed", process);
              // As a crash: nothing may be tidied up that a crash would leave.
              Runtime.getRuntime().halt(FAILED);
            });
  }

  private String integrity() {
    IntegrityReport report = node.checkIntegrity(PATIENCE);
    return report.isWell() ? "well" : report.toString();
  }

  private void leave() {
    callers.end();
    DrainReport report = node.drain();
    stamps.add(
        "drained",
        process,
        report.moved(),
        report.abandoned(),
        report.forwarded(),
        report.rejected(),
        report.longestPause().toMillis());
  }
}
