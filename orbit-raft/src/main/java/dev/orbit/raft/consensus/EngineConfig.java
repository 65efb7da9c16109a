package dev.orbit.raft.consensus;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a voter needs to know. Every voter of a group has the same values but for {@code self},
 * {@code dataDir} and the endpoints as it sees them.
 *
 * @param group the name of the group; voters of other groups are refused. 1 to 128 characters
 * @param self the id of this voter, one of {@code voters}; it must never be given to another voter
 * @param voters all voters by id with their Raft endpoints: 1, 3 or 5, fixed for the life of the
 *     group. Endpoints may change later ({@code setPeer})
 * @param dataDir where this voter keeps its log, snapshots and votes; used by this voter alone
 * @param electionTimeout how long a follower waits for its leader at least before it stands for
 *     election, at most twice as long; 100 ms to 1 min. Longer than any pause that should not cost
 *     an election. A group of one has nobody to wait for and ignores it
 * @param heartbeatInterval how often the leader speaks at least; at most half of the election
 *     timeout
 * @param requestTimeout how long a submission or a message to a peer may take; 1 s to 5 min
 * @param connectTimeout how long a connection to a peer may take to come up; 100 ms to 1 min
 * @param segmentBytes size of a log file, 64 KiB to 64 MiB; the log shrinks by whole files. At
 *     least twice {@code maxEntryBytes}
 * @param maxEntryBytes largest log entry, 16 KiB to 4 MiB; a command may have nearly as many.
 *     Several readers hold twice as much each
 * @param maxPendingCommands submissions under way before more are refused, 1 to 65,536
 * @param replaceLost whether this voter, if {@code dataDir} is empty, takes the place of one of the
 *     same id whose store was lost. A majority of voters must still have theirs and all must be up;
 *     where there is a store already it changes nothing. Not for a group of one
 */
public record EngineConfig(
    String group,
    String self,
    SortedMap<String, Endpoint> voters,
    Path dataDir,
    Duration electionTimeout,
    Duration heartbeatInterval,
    Duration requestTimeout,
    Duration connectTimeout,
    int segmentBytes,
    int maxEntryBytes,
    int maxPendingCommands,
    boolean replaceLost) {
  /** Three lost heartbeats. */
  public static final Duration DEFAULT_ELECTION_TIMEOUT = Duration.ofMillis(750);

  public static final Duration DEFAULT_HEARTBEAT_INTERVAL = Duration.ofMillis(250);

  /** Longer than an election and a slow disk together. */
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(10);

  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Large enough for few files, small enough to give space back soon. */
  public static final int DEFAULT_SEGMENT_BYTES = 8 << 20;

  /**
   * Room for the join of a node with more than a thousand types. Atomix reads twice as much
   * whenever it looks for an entry behind the last, so that a larger one costs a leader at every
   * commit.
   */
  public static final int DEFAULT_MAX_ENTRY_BYTES = 256 << 10;

  /** Enough for every client of a large cluster at once, small enough to hold in memory. */
  public static final int DEFAULT_MAX_PENDING_COMMANDS = 8192;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public EngineConfig {
    voters = Collections.unmodifiableSortedMap(new TreeMap<>(voters));
    check(!group.isBlank() && group.length() <= 128, "group", group, "1 to 128 characters");
    int size = voters.size();
    check(
        size == 1 || size == 3 || size == 5,
        "voters",
        voters.keySet(),
        "1, 3 or 5 of them; with an even number the group would survive no more failures");
    for (String id : voters.keySet()) {
      check(ID.matcher(id).matches(), "voter id", id, "1 to 64 of A-Z a-z 0-9 . _ -");
    }
    check(voters.containsKey(self), "self", self, "one of the voters " + voters.keySet());
    within("electionTimeout", electionTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
    within("heartbeatInterval", heartbeatInterval, Duration.ofMillis(10), Duration.ofSeconds(30));
    check(
        heartbeatInterval.multipliedBy(2).compareTo(electionTimeout) <= 0,
        "heartbeatInterval",
        heartbeatInterval,
        "at most half of electionTimeout=" + electionTimeout);
    within("requestTimeout", requestTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5));
    within("connectTimeout", connectTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
    within("maxEntryBytes", maxEntryBytes, 16 << 10, 4 << 20);
    within("segmentBytes", segmentBytes, 64 << 10, 64 << 20);
    check(
        segmentBytes / 2 >= maxEntryBytes,
        "segmentBytes",
        segmentBytes,
        "at least twice maxEntryBytes=" + maxEntryBytes);
    within("maxPendingCommands", maxPendingCommands, 1, 65_536);
    check(
        !replaceLost || size > 1,
        "replaceLost",
        true,
        "false in a group of one: there is nobody who knows what it knew");
  }

  /** A builder that holds the defaults. */
  public static Builder builder(
      String group, String self, Map<String, Endpoint> voters, Path dataDir) {
    return new Builder(group, self, voters, dataDir);
  }

  /** Whether this voter is the whole group. */
  public boolean isAlone() {
    return voters.size() == 1;
  }

  private static <T extends Comparable<T>> void within(String key, T value, T least, T most) {
    check(
        value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
        key,
        value,
        "%s to %s".formatted(least, most));
  }

  private static void check(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION, "%s=%s; allowed: %s".formatted(key, value, allowed));
    }
  }

  /** Collects the values; not thread-safe. */
  public static final class Builder {
    private final String group;
    private final String self;
    private final Map<String, Endpoint> voters;
    private final Path dataDir;
    private Duration electionTimeout = DEFAULT_ELECTION_TIMEOUT;
    private Duration heartbeatInterval = DEFAULT_HEARTBEAT_INTERVAL;
    private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private int segmentBytes = DEFAULT_SEGMENT_BYTES;
    private int maxEntryBytes = DEFAULT_MAX_ENTRY_BYTES;
    private int maxPendingCommands = DEFAULT_MAX_PENDING_COMMANDS;
    private boolean replaceLost;

    private Builder(String group, String self, Map<String, Endpoint> voters, Path dataDir) {
      this.group = group;
      this.self = self;
      this.voters = Map.copyOf(voters);
      this.dataDir = dataDir;
    }

    public Builder electionTimeout(Duration value) {
      electionTimeout = value;
      return this;
    }

    public Builder heartbeatInterval(Duration value) {
      heartbeatInterval = value;
      return this;
    }

    public Builder requestTimeout(Duration value) {
      requestTimeout = value;
      return this;
    }

    public Builder connectTimeout(Duration value) {
      connectTimeout = value;
      return this;
    }

    public Builder segmentBytes(int value) {
      segmentBytes = value;
      return this;
    }

    public Builder maxEntryBytes(int value) {
      maxEntryBytes = value;
      return this;
    }

    public Builder maxPendingCommands(int value) {
      maxPendingCommands = value;
      return this;
    }

    public Builder replaceLost(boolean value) {
      replaceLost = value;
      return this;
    }

    /**
     * The validated configuration.
     *
     * @throws ConfigurationException if a value is out of its range
     */
    public EngineConfig build() {
      return new EngineConfig(
          group,
          self,
          new TreeMap<>(voters),
          dataDir,
          electionTimeout,
          heartbeatInterval,
          requestTimeout,
          connectTimeout,
          segmentBytes,
          maxEntryBytes,
          maxPendingCommands,
          replaceLost);
    }
  }
}
