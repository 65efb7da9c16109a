package dev.orbit.raft;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.internal.cluster.ClusterSettings;
import dev.orbit.raft.internal.cluster.CommandAnswer;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.internal.files.LifeRecord;
import dev.orbit.raft.internal.membership.ClusterPort;
import dev.orbit.raft.internal.membership.LocalMembership;
import dev.orbit.raft.internal.membership.MembershipAgent;
import dev.orbit.raft.internal.membership.grpc.VoterClient;
import dev.orbit.raft.membership.Membership;
import dev.orbit.transport.internal.tls.Tls;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A node that does not vote: a client of the voters. */
final class NonVoter implements Participant, ClusterPort {
  private final Environment environment;
  private final RaftConfig config;
  private final ViewLog views;
  private final MembershipAgent agent;
  private final Membership membership;
  private final @Nullable Tls tls;
  private final Optional<LifeRecord> record;
  private volatile @Nullable VoterClient client;

  private NonVoter(Environment environment, RaftConfig config) {
    this.environment = environment;
    this.config = config;
    this.views = new ViewLog(ClusterView.empty(config.cluster(), config.partitions()));
    this.agent =
        new MembershipAgent(
            environment, config.self(), settings(config), this, views, this::expectView);
    this.membership = new LocalMembership(environment, agent, views);
    this.tls = config.tls().map(files -> new Tls(environment, files)).orElse(null);
    this.record =
        config.dataDirectory().map(directory -> LifeRecord.open(directory, config.self()));
    record.ifPresent(agent::keep);
  }

  static NonVoter open(Environment environment, RaftConfig config) {
    return new NonVoter(environment, config);
  }

  static ClusterSettings settings(RaftConfig config) {
    return new ClusterSettings(
        config.cluster(), config.partitions(), config.lease(), config.margin());
  }

  @Override
  public void start(SortedMap<String, Endpoint> voters) {
    client =
        new VoterClient(
            environment,
            new VoterClient.Options(config.cluster(), config.connectTimeout(), views, tls),
            voters);
  }

  @Override
  public void moveVoter(String voter, Endpoint to) {
    VoterClient started = client;
    if (started != null) {
      started.moveVoter(voter, to);
    }
  }

  @Override
  public CompletionStage<CommandAnswer> submit(CommandEnvelope envelope, Duration timeout) {
    VoterClient started = client;
    return started != null
        ? started.submit(envelope, timeout)
        : CompletableFuture.failedFuture(
            new NotExecutedException(
                ErrorCode.NODE_UNAVAILABLE, config.self() + " has not been started"));
  }

  @Override
  public Membership membership() {
    return membership;
  }

  @Override
  public Optional<Endpoint> raftEndpoint() {
    return Optional.empty();
  }

  @Override
  public Leadership leadership() {
    VoterClient started = client;
    return started == null ? Leadership.NONE : started.leadership();
  }

  @Override
  public EngineHealth health() {
    VoterClient started = client;
    return started == null ? new EngineHealth.NoLeader() : started.health();
  }

  @Override
  public void close() {
    agent.close();
    VoterClient started = client;
    if (started != null) {
      started.close();
    }
    if (tls != null) {
      tls.close();
    }
    record.ifPresent(LifeRecord::close);
  }

  private void expectView(long version) {
    VoterClient started = client;
    if (started != null) {
      started.expectView(version);
    }
  }
}
