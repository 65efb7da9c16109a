package dev.orbit.raft.internal.atomix;

import dev.orbit.api.address.Endpoint;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.consensus.EngineGroup;
import dev.orbit.raft.consensus.RecordingMachine;
import dev.orbit.raft.internal.grpc.RaftRpc;
import dev.orbit.raft.internal.grpc.RaftServer;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Voters of one group in this process, over real sockets and a real directory. */
final class LoopbackGroup implements EngineGroup {
  private record Run(RaftServer server, AtomixEngine engine, RecordingMachine machine) {}

  private final SystemEnvironment environment = new SystemEnvironment();
  private final Path directory;
  private final UnaryOperator<EngineConfig.Builder> options;
  private final Map<String, Endpoint> endpoints = new TreeMap<>();
  private final Map<String, Run> running = new HashMap<>();
  private final Map<String, RecordingMachine> machines = new HashMap<>();
  private final Map<String, RaftRpc> lines = new HashMap<>();

  private LoopbackGroup(int voters, Path directory, UnaryOperator<EngineConfig.Builder> options) {
    this.directory = directory;
    this.options = options;
    for (int i = 1; i <= voters; i++) {
      endpoints.put("n" + i, new Endpoint("127.0.0.1", 1));
    }
  }

  /** All running. */
  static LoopbackGroup started(
      int voters, Path directory, UnaryOperator<EngineConfig.Builder> options) {
    LoopbackGroup group = new LoopbackGroup(voters, directory, options);
    group.voters().forEach(group::start);
    return group;
  }

  EngineConfig config(String voter) {
    return options
        .apply(
            EngineConfig.builder("test", voter, endpoints, dataDir(voter))
                .requestTimeout(Duration.ofSeconds(5)))
        .build();
  }

  Path dataDir(String voter) {
    return directory.resolve(voter);
  }

  SystemEnvironment environment() {
    return environment;
  }

  @Override
  public List<String> voters() {
    return new ArrayList<>(endpoints.keySet());
  }

  @Override
  public void start(String voter) {
    EngineConfig config = config(voter);
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
    RecordingMachine machine = new RecordingMachine();
    try {
      engine.start(machine);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    machines.put(voter, machine);
    running.put(voter, new Run(server, engine, machine));
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
  public RecordingMachine machine(String voter) {
    return machines.get(voter);
  }

  @Override
  public void close() {
    running.values().forEach(run -> run.server.close());
    running.values().forEach(run -> run.engine.close());
    environment.close();
  }
}
