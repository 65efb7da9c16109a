package dev.orbit.raft;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.transport.security.TlsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a node takes part in the cluster's agreement. Voters, lease, margin and partitions must be
 * the same on all nodes of a cluster: the first node to join decides the last three, and a node
 * that has others is refused.
 *
 * @param self this node; its namespace is the name of the cluster
 * @param voters the fixed set of nodes that vote, by the key of their id, with their Raft
 *     endpoints: 1, 3 or 5. This node votes if its key is among them. The endpoints can be given
 *     later, by {@link RaftNode#start(SortedMap)}; the names cannot
 * @param listen where a voter takes Raft traffic; port 0 asks for a free one. Empty on a single
 *     voter that no other node will ever join, and on nodes that do not vote
 * @param dataDirectory where a voter keeps its log, and any node a record of its last life, by
 *     which it joins again without waiting when its process was killed. Empty on nodes that shall
 *     wait, and on a single voter whose cluster may be forgotten when it ends
 * @param replaceVoter whether a voter whose directory is empty takes the place of one of the same
 *     name that lost its own; where there is a log already it changes nothing
 * @param lease for how long a node stays a member without renewing, 500 ms to 10 min. A dead node's
 *     actors come back no sooner than this; a paused node is fenced no later
 * @param margin how much earlier a node gives up, and how much later the cluster takes it for dead,
 *     at least 10 ms and less than half of the lease. Together they keep the order right as long as
 *     no clock runs more than {@code margin / lease} faster or slower than real time
 * @param partitions into how many parts actors are divided, 1 to {@value
 *     PartitionTable#MAX_PARTITIONS}
 * @param requestTimeout how long one request to a voter may take, 1 s to 5 min
 * @param connectTimeout how long connecting to a voter may take, 100 ms to 1 min
 * @param tls how this node proves itself to voters and voters to it; empty in a trusted network
 */
public record RaftConfig(
    NodeId self,
    SortedMap<String, Endpoint> voters,
    Optional<Endpoint> listen,
    Optional<Path> dataDirectory,
    boolean replaceVoter,
    Duration lease,
    Duration margin,
    int partitions,
    Duration requestTimeout,
    Duration connectTimeout,
    Optional<TlsConfig> tls) {
  /**
   * Long enough for a stop-the-world pause, short enough that a dead node's actors are soon back.
   */
  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(6);

  /** Below this a margin of a tenth would drown in the delays of timers and threads. */
  public static final Duration LEAST_DEFAULT_MARGIN = Duration.ofMillis(200);

  /** What the Raft transport promises for one request. */
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(10);

  /** What the Raft transport promises for a connection attempt. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private static final Duration LEAST_LEASE = Duration.ofMillis(500);
  private static final Duration MOST_LEASE = Duration.ofMinutes(10);
  private static final Duration LEAST_MARGIN = Duration.ofMillis(10);
  private static final Duration LEAST_REQUEST_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration MOST_REQUEST_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration LEAST_CONNECT_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MOST_CONNECT_TIMEOUT = Duration.ofMinutes(1);

  public RaftConfig {
    voters = Collections.unmodifiableSortedMap(new TreeMap<>(voters));
    if (voters.size() != 1 && voters.size() != 3 && voters.size() != 5) {
      throw bad("voters", voters.keySet().toString(), "1, 3 or 5 names");
    }
    require("lease", lease, LEAST_LEASE, MOST_LEASE);
    require("margin", margin, LEAST_MARGIN, lease.dividedBy(2).minusNanos(1));
    require("request timeout", requestTimeout, LEAST_REQUEST_TIMEOUT, MOST_REQUEST_TIMEOUT);
    require("connect timeout", connectTimeout, LEAST_CONNECT_TIMEOUT, MOST_CONNECT_TIMEOUT);
    if (partitions < 1 || partitions > PartitionTable.MAX_PARTITIONS) {
      throw bad("partitions", String.valueOf(partitions), "1 to " + PartitionTable.MAX_PARTITIONS);
    }
    boolean isVoter = voters.containsKey(self.key());
    if (isVoter && voters.size() > 1 && dataDirectory.isEmpty()) {
      throw bad(
          "data directory", "not set", "a directory, as " + self + " is one of several voters");
    }
    if (replaceVoter && voters.size() == 1) {
      throw bad("replace-voter", "true", "false where one node votes: nobody knows what it knew");
    }
    if (isVoter && voters.size() > 1 && listen.isEmpty()) {
      throw bad(
          "Raft listen address", "not set", "host:port, as " + self + " is one of several voters");
    }
  }

  /**
   * A node of a cluster with the given voters, and defaults for all else.
   *
   * @throws ConfigurationException from {@link Builder#build}
   */
  public static Builder builder(NodeId self, SortedMap<String, Endpoint> voters) {
    return new Builder(self, voters);
  }

  /** A node that is a cluster by itself, kept in memory. */
  public static Builder alone(NodeId self) {
    TreeMap<String, Endpoint> voters = new TreeMap<>();
    voters.put(self.key(), new Endpoint("127.0.0.1", 0));
    return new Builder(self, voters);
  }

  /** The margin of a lease for which none was set: a tenth, but at least 200 ms. */
  public static Duration defaultMargin(Duration lease) {
    Duration tenth = lease.dividedBy(10);
    return tenth.compareTo(LEAST_DEFAULT_MARGIN) < 0 ? LEAST_DEFAULT_MARGIN : tenth;
  }

  /** The name of the cluster. */
  public String cluster() {
    return self.namespace();
  }

  /** Whether this node is one of the voters. */
  public boolean isVoter() {
    return voters.containsKey(self.key());
  }

  private static void require(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw bad(key, value.toString(), least + " to " + most);
    }
  }

  private static ConfigurationException bad(String key, String value, String allowed) {
    return new ConfigurationException(
        ErrorCode.BAD_CONFIGURATION,
        "agreement: %s is %s; allowed is %s".formatted(key, value, allowed));
  }

  /** Makes a {@link RaftConfig}. Not thread-safe. */
  public static final class Builder {
    private final NodeId self;
    private final SortedMap<String, Endpoint> voters;
    private Optional<Endpoint> listen = Optional.empty();
    private Optional<Path> dataDirectory = Optional.empty();
    private boolean replaceVoter;
    private Duration lease = DEFAULT_LEASE;
    private Optional<Duration> margin = Optional.empty();
    private int partitions = PartitionTable.DEFAULT_PARTITIONS;
    private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private Optional<TlsConfig> tls = Optional.empty();

    private Builder(NodeId self, SortedMap<String, Endpoint> voters) {
      this.self = self;
      this.voters = voters;
    }

    /** Where to take Raft traffic. */
    public Builder listen(Endpoint endpoint) {
      this.listen = Optional.of(endpoint);
      return this;
    }

    /** Where to keep the log. */
    public Builder dataDirectory(Path directory) {
      this.dataDirectory = Optional.of(directory);
      return this;
    }

    /** Whether to take the place of a voter that lost its directory. */
    public Builder replaceVoter(boolean replace) {
      this.replaceVoter = replace;
      return this;
    }

    /** For how long a node stays a member without renewing. */
    public Builder lease(Duration duration) {
      this.lease = duration;
      return this;
    }

    /** The margin; without it, {@link RaftConfig#defaultMargin} of the lease. */
    public Builder margin(Duration duration) {
      this.margin = Optional.of(duration);
      return this;
    }

    /** Into how many parts actors are divided. */
    public Builder partitions(int count) {
      this.partitions = count;
      return this;
    }

    /** How long one request to a voter may take. */
    public Builder requestTimeout(Duration timeout) {
      this.requestTimeout = timeout;
      return this;
    }

    /** How long connecting to a voter may take. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = timeout;
      return this;
    }

    /** How ends prove themselves on the Raft port. */
    public Builder tls(TlsConfig config) {
      this.tls = Optional.of(config);
      return this;
    }

    /**
     * The configuration.
     *
     * @throws ConfigurationException if a value is out of its range or something is missing
     */
    public RaftConfig build() {
      return new RaftConfig(
          self,
          voters,
          listen,
          dataDirectory,
          replaceVoter,
          lease,
          margin.orElseGet(() -> defaultMargin(lease)),
          partitions,
          requestTimeout,
          connectTimeout,
          tls);
    }
  }
}
