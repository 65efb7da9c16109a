package dev.orbit.runtime.internal.config;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.call.TypeTimeouts;
import dev.orbit.runtime.internal.hosting.Rebalancing;
import dev.orbit.runtime.internal.registration.TypeOptions;
import dev.orbit.runtime.state.PostgresConfig;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.balancing.Balancing;
import dev.orbit.transport.limits.CallLimits;
import dev.orbit.transport.security.AccessPolicy;
import dev.orbit.transport.security.TlsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of a node; {@code reference.conf} says what each means. Read and checked by {@link
 * SettingsReader}.
 *
 * @param node the name of the node within its cluster
 * @param listen where to take actor traffic
 * @param raftListen where to take Raft traffic; empty on a node that is no voter
 * @param voters the voters by name; empty when this node alone is to be one
 * @param dataDirectory where a voter keeps its log; empty for nowhere
 * @param replaceVoter whether a voter with an empty directory replaces one that lost its own
 * @param state where to keep actors' state
 * @param hosting the bounds of hosting
 * @param timing the durations
 * @param placing how actors find nodes
 * @param security what peers must prove and may do
 * @param transport how actor traffic connects
 */
public record NodeSettings(
    NodeId node,
    Endpoint listen,
    Optional<Endpoint> raftListen,
    Map<String, Endpoint> voters,
    Optional<Path> dataDirectory,
    boolean replaceVoter,
    StateLocation state,
    Hosting hosting,
    Timing timing,
    Placing placing,
    Security security,
    TransportConfig transport) {
  public NodeSettings {
    voters = Map.copyOf(voters);
  }

  /** The name of the cluster. */
  public String cluster() {
    return node.namespace();
  }

  /** How long calls of this node may take. */
  public CallOptions calls() {
    Map<String, TypeTimeouts> byType = new HashMap<>();
    placing.types().forEach((type, options) -> byType.put(type, options.timeouts()));
    return new CallOptions(timing.call(), byType);
  }

  /** Where actors' state is kept, unless the application brings a store. */
  public sealed interface StateLocation {
    /** In the memory of this process. */
    record Memory() implements StateLocation {}

    /** In a SQLite file that the nodes of a host share. */
    record SharedFile(Path file) implements StateLocation {}

    /** In a PostgreSQL database. */
    record Postgres(PostgresConfig config) implements StateLocation {}
  }

  /**
   * How much a node takes.
   *
   * @param partitions into how many parts actors are divided
   * @param mailboxCapacity how many calls may wait for one activation
   * @param maxActivations how many activations there may be
   * @param targetActivations beyond how many the least used idle ones leave memory
   * @param waitingCapacity how many calls may wait for partitions that are being taken over
   * @param waitingForRoom how many calls of this node may wait for room in one mailbox
   * @param memoryHighWater from which share of the heap on, after a collection, the least used idle
   *     ones leave memory; 1.0 for never
   */
  public record Hosting(
      int partitions,
      int mailboxCapacity,
      int maxActivations,
      int targetActivations,
      int waitingCapacity,
      int waitingForRoom,
      double memoryHighWater) {}

  /**
   * How a node is chosen for a call that several would do for.
   *
   * @param balancing among them
   * @param hedgeAfter after how long without an answer calls that only read are tried on a second
   *     one too; zero for never
   */
  public record Choice(Balancing balancing, Duration hedgeAfter) {}

  /**
   * How actors and calls find nodes.
   *
   * @param tags the labels of this node
   * @param types what is set for single actor types
   * @param choice where several nodes would do
   * @param rebalancing how fast actors follow to nodes that have joined
   */
  public record Placing(
      Map<String, String> tags,
      Map<String, TypeOptions> types,
      Choice choice,
      Rebalancing.Pacing rebalancing) {
    public Placing {
      tags = Map.copyOf(tags);
      types = Map.copyOf(types);
    }
  }

  /**
   * What peers must prove and may do.
   *
   * @param tls how ends prove themselves; empty for not at all
   * @param access who may call what; empty for everybody everything
   * @param limits how much clients may call
   */
  public record Security(
      Optional<TlsConfig> tls, Optional<AccessPolicy> access, CallLimits limits) {}

  /**
   * How long things take.
   *
   * @param lease for how long the node may be silent
   * @param call the timeout of a call whose caller set none
   * @param longTurn how long a turn may run before it is reported
   * @param idle after how long an unused activation ends
   * @param join how long starting may take
   * @param drain how long stopping may wait for calls
   */
  public record Timing(
      Duration lease,
      Duration call,
      Duration longTurn,
      Duration idle,
      Duration join,
      Duration drain) {}
}
