package dev.orbit.benchmarks.agreement;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.raft.RaftConfig;
import dev.orbit.raft.RaftNode;
import dev.orbit.transport.env.SystemEnvironment;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Prints figures about agreement. Arguments: what to measure, how often or for how many seconds,
 * and where the voters' directories are made.
 *
 * <pre>
 * commands ROUNDS DIRECTORY DIRECTORY   committed commands on a disk and where a sync costs nothing
 * election ROUNDS DIRECTORY    kill -9 of the leader until another leads, and until a command is answered
 * idle SECONDS DIRECTORY       elections that nobody needed while all processors are kept busy
 * members SECONDS DIRECTORY    1,000 members: what their joins and renewals cost the voters
 * lease ROUNDS DIRECTORY       one question whether the lease is held
 * </pre>
 */
public final class AgreementFigures {
  private static final int VOTERS = 3;
  private static final long PATIENCE = 120;
  private static final long LOAD_MILLIS = 3_000;

  private AgreementFigures() {}

  public static void main(String[] arguments) throws Exception {
    int amount = Integer.parseInt(arguments[1]);
    Path directory = Files.createTempDirectory(Path.of(arguments[2]), "agreement");
    switch (arguments[0]) {
      case "commands" ->
          CommandRate.print(
              amount,
              LOAD_MILLIS,
              directory,
              Files.createTempDirectory(Path.of(arguments[3]), "agreement"));
      case "election" -> election(amount, directory);
      case "idle" -> idle(amount, directory);
      case "members" -> MemberFigures.print(amount, directory);
      case "lease" -> lease(amount);
      default -> throw new IllegalArgumentException("no figure is called " + arguments[0]);
    }
    System.exit(0);
  }

  static List<String> ports() throws IOException {
    List<String> ports = new ArrayList<>();
    List<ServerSocket> open = new ArrayList<>();
    for (int i = 0; i < VOTERS; i++) {
      ServerSocket socket = new ServerSocket(0);
      open.add(socket);
      ports.add(Integer.toString(socket.getLocalPort()));
    }
    for (ServerSocket socket : open) {
      socket.close();
    }
    return ports;
  }

  private static Lines voter(Class<?> main, int number, Path directory, List<String> ports)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add(Integer.toString(number));
    arguments.add(directory.resolve("v" + number).toString());
    arguments.addAll(ports);
    return Lines.start(List.of(), main, arguments);
  }

  static List<Lines> voters(Class<?> main, Path directory, List<String> ports) throws IOException {
    List<Lines> voters = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      voters.add(voter(main, i, directory, ports));
    }
    return voters;
  }

  /** Waits until one of them leads; its number and the rest of what it said. */
  static Led awaitLeader(List<Lines> voters) throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    while (System.nanoTime() < end) {
      for (int i = 0; i < voters.size(); i++) {
        for (String line : voters.get(i).drain()) {
          if (line.startsWith("leads ")) {
            String[] words = line.split(" ");
            return new Led(i, Long.parseLong(words[1]), Long.parseLong(words[2]));
          }
        }
      }
      Thread.sleep(1);
    }
    throw new TimeoutException("nobody leads");
  }

  record Led(int voter, long term, long nanos) {}

  private static void election(int rounds, Path directory) throws Exception {
    List<String> ports = ports();
    List<Lines> voters = voters(VoterWorker.class, directory, ports);
    Led leader = awaitLeader(voters);
    voters.forEach(voter -> voter.tell("tick"));
    Thread.sleep(5_000);
    List<Long> elected = new ArrayList<>();
    List<Long> answered = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      voters.forEach(Lines::drain);
      long killed = System.nanoTime();
      voters.get(leader.voter()).kill();
      int dead = leader.voter();
      leader = awaitLeader(voters);
      elected.add(leader.nanos() - killed);
      String[] gap = voters.get(leader.voter()).await("gap ", PATIENCE).split(" ");
      answered.add(Long.parseLong(gap[1]) - killed);
      System.out.printf(
          "round %d: elected %d ms, answered %d ms%n",
          round, elected.getLast() / 1_000_000, answered.getLast() / 1_000_000);
      Lines back = voter(VoterWorker.class, dead, directory, ports);
      voters.set(dead, back);
      back.await("term ", PATIENCE);
      back.tell("tick");
      // The next round is to begin with three whole voters, and one that started is behind.
      back.await("gap ", PATIENCE);
      Thread.sleep(5_000);
    }
    print("kill -9 of the leader until another leads, ms", elected);
    print("kill -9 of the leader until a command is answered, ms", answered);
    voters.forEach(Lines::close);
  }

  private static void print(String what, List<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    System.out.printf(
        "%s: n %d, p50 %.0f, p99 %.0f, worst %.0f%n",
        what,
        sorted.size(),
        sorted.get(sorted.size() / 2) / 1e6,
        sorted.get(Math.min(sorted.size() - 1, sorted.size() * 99 / 100)) / 1e6,
        sorted.getLast() / 1e6);
  }

  private static void idle(int seconds, Path directory) throws Exception {
    List<Lines> voters = voters(VoterWorker.class, directory, ports());
    Led leader = awaitLeader(voters);
    Thread.sleep(5_000);
    TreeSet<Long> terms = new TreeSet<>();
    terms.add(leader.term());
    int busy = 2 * Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < busy; i++) {
      Thread.ofPlatform().daemon().start(AgreementFigures::spin);
    }
    voters.forEach(voter -> voter.tell("load 4 %d".formatted(seconds * 1_000L)));
    long commands = 0;
    for (Lines voter : voters) {
      String loaded = null;
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds + PATIENCE);
      while (loaded == null && System.nanoTime() < end) {
        for (String line : voter.drain()) {
          if (line.startsWith("term ")) {
            terms.add(Long.parseLong(line.substring(5)));
          } else if (line.startsWith("loaded ")) {
            loaded = line.split(" ")[1];
          }
        }
        Thread.sleep(10);
      }
      commands += loaded == null ? 0 : Long.parseLong(loaded);
    }
    System.out.printf(
        "%d s with %d busy threads beside three voters: commands %d, terms %s, elections %d%n",
        seconds, busy, commands, terms, terms.size() - 1);
    voters.forEach(Lines::close);
  }

  private static void spin() {
    while (true) {
      Thread.onSpinWait();
    }
  }

  private static void lease(int rounds) {
    try (SystemEnvironment environment = new SystemEnvironment();
        RaftNode node =
            RaftNode.open(environment, RaftConfig.alone(new NodeId("n", "bench")).build())) {
      node.start();
      NodeLease lease =
          node.membership()
              .join(new Endpoint("127.0.0.1", 7400), NodeCapabilities.NONE, Duration.ofSeconds(30));
      for (int round = 0; round < rounds; round++) {
        int questions = 50_000_000;
        int held = 0;
        long begun = System.nanoTime();
        for (int i = 0; i < questions; i++) {
          held += lease.isHeld() ? 1 : 0;
        }
        double nanos = (double) (System.nanoTime() - begun) / questions;
        System.out.printf("is the lease held: %.1f ns a question, held %d%n", nanos, held);
      }
    }
  }
}
