package dev.orbit.raft;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.membership.Membership;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A node's part in the cluster's agreement: a voter, or a client of the voters.
 *
 * <p>{@link #open} takes the Raft port, {@link #start} takes part; between the two a port that the
 * system chose can be told to the others. Then {@link #membership} joins.
 *
 * <p>Thread-safe.
 */
public final class RaftNode implements AutoCloseable {
  private static final Duration HEALTH_PERIOD = Duration.ofMillis(250);

  private final Environment environment;
  private final RaftConfig config;
  private final Participant participant;
  private final Cancellable healthTimer;
  private final List<Consumer<EngineHealth>> healthListeners = new CopyOnWriteArrayList<>();
  private volatile EngineHealth lastHealth = new EngineHealth.NoLeader();

  private RaftNode(Environment environment, RaftConfig config, Participant participant) {
    this.environment = environment;
    this.config = config;
    this.participant = participant;
    this.healthTimer = environment.scheduleRepeatedly(HEALTH_PERIOD, this::lookAtHealth);
  }

  /**
   * A node that has taken its Raft port, if it is to have one, and does nothing yet.
   *
   * @throws ConfigurationException if the port is taken
   */
  public static RaftNode open(Environment environment, RaftConfig config) {
    Participant participant =
        config.isVoter() ? Voter.open(environment, config) : NonVoter.open(environment, config);
    return new RaftNode(environment, config, participant);
  }

  /** Takes part, with the voters' endpoints of the configuration. */
  public void start() {
    start(config.voters());
  }

  /**
   * Takes part. To be called once.
   *
   * @param voters the endpoints of the same voters as in the configuration
   * @throws ConfigurationException if they are others, or if this voter must not take part, with
   *     what to do
   */
  public void start(SortedMap<String, Endpoint> voters) {
    if (!voters.keySet().equals(config.voters().keySet())) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "%s is to start with voters %s, but is configured for %s"
              .formatted(config.self(), voters.keySet(), config.voters().keySet()));
    }
    participant.start(voters);
  }

  /**
   * From now on a voter takes Raft traffic there: the connection to its old place is dropped, what
   * was under way on it fails as after any broken connection, and a new one is made. To be called
   * after {@link #start}; that this node itself moved changes nothing here.
   *
   * @throws ConfigurationException if it is none of the voters, or the port is 0
   */
  public void moveVoter(String voter, Endpoint endpoint) {
    if (!config.voters().containsKey(voter) || endpoint.port() == 0) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "voter %s cannot move to %s; allowed are the voters %s and ports above 0"
              .formatted(voter, endpoint, config.voters().keySet()));
    }
    participant.moveVoter(voter, endpoint);
  }

  /**
   * Has the voters found where {@code resolver} says, now and whenever that changes. Of a voter
   * that the resolver does not know, the last known place stays.
   *
   * @param resolver is asked for the voters by their names, with the cluster as namespace, and
   *     answers where they take Raft traffic; asked again every ten seconds, and at once for those
   *     whose change it tells
   * @return ends it
   */
  public Cancellable followVoters(NodeResolver resolver) {
    return VoterAddresses.follow(environment, config, resolver, this::moveVoter);
  }

  /** This node's place in the cluster. */
  public Membership membership() {
    return participant.membership();
  }

  /**
   * Where this node takes Raft traffic, with the port that it really has; empty if it takes none.
   */
  public Optional<Endpoint> raftEndpoint() {
    return participant.raftEndpoint();
  }

  /** Who leads, as far as this node knows. */
  public Leadership leadership() {
    return participant.leadership();
  }

  /**
   * How this node's part in the group is: on one that does not vote, whether a voter answers that
   * knows a leader.
   */
  public EngineHealth health() {
    return participant.health();
  }

  /**
   * Calls {@code listener} with the present health and with every change that lasts, a quarter of a
   * second late at most, on a timer thread that must not be blocked.
   */
  public Cancellable onHealth(Consumer<EngineHealth> listener) {
    // A list removes by equality, and the same listener may have been given twice.
    Consumer<EngineHealth> own = health -> listener.accept(health);
    healthListeners.add(own);
    own.accept(lastHealth);
    return () -> healthListeners.remove(own);
  }

  /**
   * Stops at once and without a goodbye, as a crash would: others learn of it when the lease has
   * run out. {@link Membership#leave} says goodbye. Idempotent.
   */
  @Override
  public void close() {
    healthTimer.cancel();
    participant.close();
  }

  private void lookAtHealth() {
    EngineHealth now = participant.health();
    if (!now.equals(lastHealth)) {
      lastHealth = now;
      healthListeners.forEach(listener -> listener.accept(now));
    }
  }
}
