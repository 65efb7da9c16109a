package dev.orbit.faults.agreement;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.faults.MonotonicClock;
import dev.orbit.faults.Stamps;
import dev.orbit.raft.RaftConfig;
import dev.orbit.raft.RaftNode;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.internal.atomix.AtomixEngine;
import dev.orbit.raft.internal.grpc.RaftRpc;
import dev.orbit.raft.internal.grpc.RaftServer;
import dev.orbit.transport.env.SystemEnvironment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One voter of the group whose members it joins, and of a second group that keeps registers, each
 * with a store of its own. From its start on it calls the registers, holds a lease as far as it
 * can, compacts the log of the registers every twenty seconds, and stamps all that it sees.
 *
 * <p>Arguments: its number, its data directory, whether its voters replace lost ones, the directory
 * of stamps, and the addresses of all. It says {@code ready} when both voters run. Then it is told,
 * by lines:
 *
 * <ul>
 *   <li>{@code ping N}: has a command of its own answered, then says {@code pong N}
 *   <li>{@code finish}: ends its calls, then says {@code finished}
 *   <li>{@code index N}: says {@code index N} and how far it has applied the registers
 *   <li>{@code report}: says {@code report} and what it has applied
 * </ul>
 *
 * <p>It ends with {@value #FAILED} when a voter of it has failed, with {@value #REFUSED} when one
 * refused to start, of which it leaves the reason beside its data where that has lost something,
 * and when its input ends.
 */
final class AgreementNode {
  static final int FAILED = 3;
  static final int REFUSED = 4;
  static final Duration LEASE = Duration.ofSeconds(2);

  private static final int MEMBERS_PORT = 7101;
  private static final int REGISTERS_PORT = 7102;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(4);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration COMPACT_EVERY = Duration.ofSeconds(20);

  private final String name;
  private final String address;
  private final List<String> addresses;
  private final Path data;
  private final boolean replaces;
  private final Stamps stamps;
  private final SystemEnvironment environment = new SystemEnvironment();

  private AgreementNode(
      String number, Path data, boolean replaces, Path stamps, List<String> addresses) {
    this.name = "n" + number;
    this.address = addresses.get(Integer.parseInt(number) - 1);
    this.addresses = addresses;
    this.data = data;
    this.replaces = replaces;
    this.stamps = Stamps.open(stamps, name);
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> addresses = List.of(arguments).subList(4, arguments.length);
    // The first question takes long.
    MonotonicClock.nanos();
    AgreementNode node =
        new AgreementNode(
            arguments[0],
            Path.of(arguments[1]),
            Boolean.parseBoolean(arguments[2]),
            Path.of(arguments[3]),
            addresses);
    try {
      node.run();
    } catch (ConfigurationException e) {
      System.err.println(e.getMessage());
      node.stamps.add("refused");
      if (e.code() == ErrorCode.VOTER_REFUSED) {
        Files.writeString(refusal(node.data), e.description());
      }
      System.exit(REFUSED);
    }
  }

  /** Where it says why it refused to start. */
  static Path refusal(Path data) {
    return data.resolveSibling(data.getFileName() + ".refused");
  }

  private SortedMap<String, Endpoint> voters(int port) {
    SortedMap<String, Endpoint> voters = new TreeMap<>();
    for (int i = 0; i < addresses.size(); i++) {
      voters.put("n" + (i + 1), new Endpoint(addresses.get(i), port));
    }
    return voters;
  }

  private void run() throws IOException, InterruptedException {
    String life = name + "." + ProcessHandle.current().pid();
    stamps.add("starts", life);
    RaftNode members =
        RaftNode.open(
            environment,
            RaftConfig.builder(new NodeId(name, "fire"), voters(MEMBERS_PORT))
                .listen(new Endpoint(address, MEMBERS_PORT))
                .dataDirectory(data.resolve("members"))
                .lease(LEASE)
                .requestTimeout(REQUEST_TIMEOUT)
                .replaceVoter(replaces)
                .build());
    Registers registers = new Registers(stamps);
    AtomixEngine engine = engine();
    engine.onLeadership(
        now -> {
          if (now.isSelf()) {
            stamps.add("leads", now.term());
          }
        });
    members.start();
    engine.start(registers);
    environment.scheduleRepeatedly(
        LOOK,
        () -> {
          look(members.health());
          look(engine.health());
        });
    environment.scheduleRepeatedly(COMPACT_EVERY, () -> compact(engine));
    Workload workload = new Workload(engine, stamps, life);
    LeaseWatch.start(members.membership(), new Endpoint(address, 7100), stamps);
    System.out.println("ready");
    obey(workload, registers);
  }

  private AtomixEngine engine() {
    EngineConfig config =
        EngineConfig.builder("registers", name, voters(REGISTERS_PORT), data.resolve("registers"))
            .requestTimeout(REQUEST_TIMEOUT)
            .maxEntryBytes(64 << 10)
            .segmentBytes(128 << 10)
            .replaceLost(replaces)
            .build();
    RaftRpc rpc = new RaftRpc(environment, config);
    RaftServer.start(new Endpoint(address, REGISTERS_PORT), List.of(rpc.service()));
    return new AtomixEngine(environment, config, rpc);
  }

  private void look(EngineHealth health) {
    if (health instanceof EngineHealth.Failed(String reason)) {
      System.err.println("failed: " + reason);
      stamps.add("failed");
      // As a crash: nothing may be tidied up that a crash would leave.
      Runtime.getRuntime().halt(FAILED);
    }
  }

  private void compact(AtomixEngine engine) {
    var _ =
        engine
            .compact()
            .whenComplete(
                (done, failure) -> stamps.add("compacted", failure == null ? "well" : "not"));
  }

  private static void obey(Workload workload, Registers registers)
      throws IOException, InterruptedException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "ping" -> {
          int number = Integer.parseInt(words[1]);
          Thread.ofPlatform().daemon().start(() -> ping(workload, number));
        }
        case "finish" -> {
          workload.finish();
          System.out.println("finished");
        }
        case "index" -> System.out.println("index " + words[1] + " " + registers.index());
        case "report" -> System.out.println("report " + registers.report());
        default -> throw new IllegalStateException(line);
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private static void ping(Workload workload, int number) {
    workload.ping(number);
    System.out.println("pong " + number);
  }
}
