package dev.orbit.raft;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.consensus.memory.InMemoryConsensus;
import dev.orbit.raft.consensus.memory.InMemoryOptions;
import dev.orbit.raft.internal.cluster.ClusterStateMachine;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.internal.membership.EnginePort;
import dev.orbit.raft.internal.membership.ExpiryScan;
import dev.orbit.raft.internal.membership.LocalMembership;
import dev.orbit.raft.internal.membership.MembershipAgent;
import dev.orbit.raft.internal.membership.VoterObserver;
import dev.orbit.raft.internal.membership.grpc.ClusterEndpoint;
import dev.orbit.raft.internal.membership.grpc.ClusterServer;
import dev.orbit.raft.membership.Membership;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A node that votes. */
final class Voter implements Participant {
  private final ConsensusEngine engine;
  private final @Nullable ClusterServer server;
  private final ClusterView start;
  private final ViewLog views;
  private final ExpiryScan expiry;
  private final MembershipAgent agent;
  private final Membership membership;

  private Voter(
      Environment environment,
      RaftConfig config,
      ConsensusEngine engine,
      @Nullable ClusterServer server,
      ClusterView start) {
    this.engine = engine;
    this.server = server;
    this.start = start;
    this.views = new ViewLog(start);
    this.expiry = new ExpiryScan(environment, engine, config.requestTimeout());
    EnginePort port = new EnginePort(environment, engine);
    this.agent =
        new MembershipAgent(
            environment, config.self(), NonVoter.settings(config), port, views, version -> {});
    this.membership = new LocalMembership(environment, agent, views);
    if (server != null) {
      server.add(
          new ClusterEndpoint(
              config.cluster(), port, views, engine::leadership, config.requestTimeout()));
    }
  }

  static Voter open(Environment environment, RaftConfig config) {
    if (config.dataDirectory().isPresent() || config.voters().size() > 1) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION, "this build has no engine that keeps a log");
    }
    ClusterServer server =
        config.listen().map(listen -> new ClusterServer(environment, listen)).orElse(null);
    // Incarnations and versions order what outlives this process, such as fences in a state store:
    // they go on from
    // the wall clock, since nothing else is known of an earlier run.
    long base = ChronoUnit.MICROS.between(Instant.EPOCH, environment.wallTime());
    InMemoryConsensus group =
        new InMemoryConsensus(
            environment,
            new TreeSet<>(config.voters().keySet()),
            InMemoryOptions.DEFAULT.withFirstIndex(base));
    ClusterView start =
        new ClusterView(
            base, config.cluster(), List.of(), PartitionTable.unowned(config.partitions()));
    return new Voter(environment, config, group.engine(config.self().key()), server, start);
  }

  @Override
  public void start(SortedMap<String, Endpoint> voters) {
    engine.start(new ClusterStateMachine(start, new VoterObserver(views, expiry)));
  }

  @Override
  public Membership membership() {
    return membership;
  }

  @Override
  public Optional<Endpoint> raftEndpoint() {
    return Optional.ofNullable(server).map(ClusterServer::endpoint);
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
  }
}
