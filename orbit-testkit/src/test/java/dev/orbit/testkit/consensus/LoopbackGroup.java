package dev.orbit.testkit.consensus;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.proto.raft.IdentityProto;
import dev.orbit.proto.raft.StandingProto;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import dev.orbit.raft.internal.atomix.AtomixEngine;
import dev.orbit.raft.internal.grpc.RaftRpc;
import dev.orbit.raft.internal.grpc.RaftServer;
import dev.orbit.transport.env.SystemEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** Voters of one group in this process, over real sockets and a real directory. */
final class LoopbackGroup implements EngineGroup {
  private record Run(RaftServer server, AtomixEngine engine) {}

  private final SystemEnvironment environment = new SystemEnvironment();
  private final Path directory;
  private final UnaryOperator<EngineConfig.Builder> options;
  private final Map<String, Endpoint> endpoints = new TreeMap<>();
  private final Map<String, Run> running = new HashMap<>();
  private final Map<String, RaftRpc> lines = new HashMap<>();

  LoopbackGroup(int voters, Path directory, UnaryOperator<EngineConfig.Builder> options) {
    this.directory = directory;
    this.options = options;
    for (int i = 1; i <= voters; i++) {
      endpoints.put("n" + i, new Endpoint("127.0.0.1", 1));
    }
  }

  /** All running, with machines that record. */
  static GroupUnderTest<RecordingMachine> recording(LoopbackGroup group) {
    return new GroupUnderTest<>(group, RecordingMachine::new).startAll();
  }

  Path dataDir(String voter) {
    return directory.resolve(voter);
  }

  /** Whether a voter has written down that it has all that it ever acknowledged. */
  boolean isFull(String voter) throws IOException {
    byte[] file = Files.readAllBytes(dataDir(voter).resolve("identity"));
    // Magic, length and checksum come first.
    return IdentityProto.parseFrom(ByteString.copyFrom(file, 12, file.length - 12)).getStanding()
        == StandingProto.STANDING_FULL;
  }

  SystemEnvironment environment() {
    return environment;
  }

  @Override
  public List<String> voters() {
    return new ArrayList<>(endpoints.keySet());
  }

  @Override
  public void start(String voter, ReplicatedStateMachine machine) {
    start(voter, machine, options);
  }

  /** Starts a voter in place of one whose directory was lost. */
  void replace(String voter, ReplicatedStateMachine machine) {
    start(voter, machine, config -> options.apply(config).replaceLost(true));
  }

  private void start(
      String voter,
      ReplicatedStateMachine machine,
      UnaryOperator<EngineConfig.Builder> theseOptions) {
    EngineConfig config =
        theseOptions
            .apply(
                EngineConfig.builder("test", voter, endpoints, dataDir(voter))
                    .requestTimeout(Duration.ofSeconds(5)))
            .build();
    RaftRpc rpc = new RaftRpc(environment, config);
    RaftServer server = RaftServer.start(new Endpoint("127.0.0.1", 0), List.of(rpc.service()));
    endpoints.put(voter, server.endpoint());
    lines.put(voter, rpc);
    lines.forEach(
        (other, line) -> {
          if (!other.equals(voter)) {
            line.setPeer(voter, server.endpoint());
          }
        });
    AtomixEngine engine = new AtomixEngine(environment, config, rpc);
    try {
      engine.start(machine);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    running.put(voter, new Run(server, engine));
  }

  @Override
  public void kill(String voter) {
    Run run = running.remove(voter);
    run.server.close();
    run.engine.close();
  }

  @Override
  public AtomixEngine engine(String voter) {
    return running.get(voter).engine;
  }

  @Override
  public CompletionStage<?> compact(String voter) {
    return engine(voter).compact();
  }

  @Override
  public void close() {
    running.values().forEach(run -> run.server.close());
    running.values().forEach(run -> run.engine.close());
    environment.close();
  }
}
