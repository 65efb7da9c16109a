package dev.orbit.raft;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.env.Environment;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.consensus.memory.InMemoryConsensus;
import dev.orbit.raft.consensus.memory.InMemoryOptions;
import dev.orbit.raft.internal.atomix.AtomixEngine;
import dev.orbit.raft.internal.cluster.ClusterStateMachine;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.internal.files.LifeRecord;
import dev.orbit.raft.internal.grpc.RaftRpc;
import dev.orbit.raft.internal.grpc.RaftServer;
import dev.orbit.raft.internal.membership.EnginePort;
import dev.orbit.raft.internal.membership.ExpiryScan;
import dev.orbit.raft.internal.membership.LocalMembership;
import dev.orbit.raft.internal.membership.MembershipAgent;
import dev.orbit.raft.internal.membership.VoterObserver;
import dev.orbit.raft.internal.membership.grpc.ClusterEndpoint;
import dev.orbit.raft.membership.Membership;
import dev.orbit.transport.internal.tls.Tls;
import io.grpc.BindableService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A node that votes. */
final class Voter implements Participant {
  private final String self;
  private final ConsensusEngine engine;
  private final EngineParts parts;
  private final @Nullable RaftServer server;
  private final ClusterView start;
  private final ViewLog views;
  private final ExpiryScan expiry;
  private final MembershipAgent agent;
  private final Membership membership;
  private final Optional<LifeRecord> record;

  private Voter(Environment environment, RaftConfig config, EngineParts parts, ClusterView start) {
    this.self = config.self().key();
    this.parts = parts;
    this.engine = parts.engine();
    this.start = start;
    this.views = new ViewLog(start);
    this.expiry = new ExpiryScan(environment, engine, config.requestTimeout());
    EnginePort port =
        new EnginePort(
            environment,
            engine,
            () -> parts.rpc().map(RaftRpc::withoutMajorityFor).orElse(Duration.ZERO));
    this.agent =
        new MembershipAgent(
            environment, config.self(), NonVoter.settings(config), port, views, version -> {});
    this.membership = new LocalMembership(environment, agent, views);
    this.record =
        config.dataDirectory().map(directory -> LifeRecord.open(directory, config.self()));
    record.ifPresent(agent::keep);
    this.server = listen(environment, config, port);
  }

  private @Nullable RaftServer listen(Environment environment, RaftConfig config, EnginePort port) {
    try {
      return config
          .listen()
          .map(
              listen ->
                  parts.listen(
                      environment,
                      listen,
                      new ClusterEndpoint(
                          environment,
                          config.cluster(),
                          port,
                          views,
                          engine::leadership,
                          config.requestTimeout())))
          .orElse(null);
    } catch (RuntimeException e) {
      record.ifPresent(LifeRecord::close);
      throw e;
    }
  }

  static Voter open(Environment environment, RaftConfig config) {
    return config
        .dataDirectory()
        .map(directory -> durable(environment, config, directory))
        .orElseGet(() -> inMemory(environment, config));
  }

  private static Voter durable(Environment environment, RaftConfig config, Path directory) {
    EngineConfig engine =
        EngineConfig.builder(config.cluster(), config.self().key(), config.voters(), directory)
            .requestTimeout(config.requestTimeout())
            .connectTimeout(config.connectTimeout())
            .replaceLost(config.replaceVoter())
            .build();
    Tls tls = tls(environment, config);
    RaftRpc rpc = new RaftRpc(environment, engine, tls);
    return new Voter(
        environment,
        config,
        new EngineParts(
            new AtomixEngine(environment, engine, rpc), Optional.of(rpc), Optional.ofNullable(tls)),
        ClusterView.empty(config.cluster(), config.partitions()));
  }

  private static Voter inMemory(Environment environment, RaftConfig config) {
    // Incarnations and versions order what outlives this process, such as fences in a state store:
    // they go on from the wall clock, since nothing else is known of an earlier run.
    long base = ChronoUnit.MICROS.between(Instant.EPOCH, environment.wallTime());
    InMemoryConsensus group =
        new InMemoryConsensus(
            environment,
            new TreeSet<>(config.voters().keySet()),
            InMemoryOptions.DEFAULT.withFirstIndex(base));
    ClusterView start =
        new ClusterView(
            base, config.cluster(), List.of(), PartitionTable.unowned(config.partitions()));
    return new Voter(
        environment,
        config,
        new EngineParts(
            group.engine(config.self().key()),
            Optional.empty(),
            Optional.ofNullable(tls(environment, config))),
        start);
  }

  private static @Nullable Tls tls(Environment environment, RaftConfig config) {
    return config.tls().map(files -> new Tls(environment, files)).orElse(null);
  }

  /** An engine, its line to the other voters if it has one, and what is to be proven. */
  private record EngineParts(ConsensusEngine engine, Optional<RaftRpc> rpc, Optional<Tls> tls) {
    RaftServer listen(Environment environment, Endpoint endpoint, ClusterEndpoint cluster) {
      List<BindableService> services = new ArrayList<>();
      rpc.ifPresent(line -> services.add(line.service()));
      services.add(cluster);
      return RaftServer.start(endpoint, services, environment.vitalThreads(), tls.orElse(null));
    }
  }

  @Override
  public void start(SortedMap<String, Endpoint> voters) {
    parts
        .rpc()
        .ifPresent(
            rpc ->
                voters.forEach(
                    (name, endpoint) -> {
                      if (!name.equals(self)) {
                        rpc.setPeer(name, endpoint);
                      }
                    }));
    engine.start(new ClusterStateMachine(start, new VoterObserver(views, expiry)));
  }

  @Override
  public void moveVoter(String voter, Endpoint to) {
    if (!voter.equals(self)) {
      parts.rpc().ifPresent(rpc -> rpc.setPeer(voter, to));
    }
  }

  @Override
  public Membership membership() {
    return membership;
  }

  @Override
  public Optional<Endpoint> raftEndpoint() {
    return Optional.ofNullable(server).map(RaftServer::endpoint);
  }

  @Override
  public Leadership leadership() {
    return engine.leadership();
  }

  @Override
  public EngineHealth health() {
    return engine.health();
  }

  @Override
  public void close() {
    agent.close();
    expiry.close();
    if (server != null) {
      server.close();
    }
    engine.close();
    parts.tls().ifPresent(Tls::close);
    record.ifPresent(LifeRecord::close);
  }
}
