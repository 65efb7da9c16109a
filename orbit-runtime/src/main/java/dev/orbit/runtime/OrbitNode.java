package dev.orbit.runtime;

import dev.orbit.api.Actors;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Environment;
import dev.orbit.api.filter.CallFilter;
import dev.orbit.api.filter.TurnFilter;
import dev.orbit.api.placement.PlacementStrategy;
import dev.orbit.api.state.StateStore;
import dev.orbit.client.codec.PayloadCodec;
import dev.orbit.client.internal.contract.Addressed;
import dev.orbit.runtime.inspect.ActorLocation;
import dev.orbit.runtime.inspect.IntegrityReport;
import dev.orbit.runtime.inspect.SenderStatistics;
import dev.orbit.runtime.internal.config.NodeSettings;
import dev.orbit.runtime.internal.config.SettingsReader;
import dev.orbit.runtime.internal.node.NodeParts;
import dev.orbit.runtime.internal.node.NodeProcess;
import dev.orbit.runtime.spi.ActorDependencies;
import dev.orbit.runtime.state.PostgresConfig;
import dev.orbit.transport.TransportPreset;
import dev.orbit.transport.balancing.Balancing;
import dev.orbit.transport.limits.CallLimits;
import dev.orbit.transport.limits.Rate;
import dev.orbit.transport.security.TlsConfig;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A node of a cluster. It hosts activations of the actor classes that it was given, and hands out
 * references to all actors of the cluster.
 *
 * <pre>{@code
 * try (var node = OrbitNode.builder().actors(CartActor.class).start()) {
 *   int lines = node.actors().get(Cart.class, "alice").add(new Line("sku-1", 2));
 * }
 * }</pre>
 *
 * <p>A node that loses its lease, because it was paused or cut off for longer than {@code
 * lease-duration}, drops its activations and joins again by itself as a new incarnation; references
 * stay good.
 *
 * <p>Thread-safe.
 */
public final class OrbitNode implements AutoCloseable {
  private final NodeProcess process;

  private OrbitNode(NodeProcess process) {
    this.process = process;
  }

  /** A node with the settings of the configuration sources (see {@code reference.conf}). */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * References to the actors of the cluster; calls made through them wait at most the call timeout.
   */
  public Actors actors() {
    return process.actors();
  }

  /** The name of this node, with the cluster as its namespace. */
  public NodeId id() {
    return process.id();
  }

  /** Where this node takes actor traffic. */
  public Endpoint endpoint() {
    return process.endpoint();
  }

  /** Where this node takes Raft traffic; empty when it is no voter. */
  public Optional<Endpoint> raftEndpoint() {
    return process.raftEndpoint();
  }

  /** The newest view that this node has applied. */
  public ClusterView view() {
    return process.view();
  }

  /**
   * The lease of the present incarnation; another object after the node has lost it and joined
   * again.
   */
  public NodeLease lease() {
    return process.lease();
  }

  /**
   * Whether the node holds its lease, is a member of the view, and serves every partition that the
   * view gives it: a call to any of its actors would run at once.
   */
  public boolean isReady() {
    return process.isReady();
  }

  /**
   * Waits until {@link #isReady}.
   *
   * @param bound how long to wait at most
   * @return whether it became ready in time
   */
  public boolean awaitReady(Duration bound) {
    return process.awaitReady(bound);
  }

  /** What can be seen of this node now. */
  public NodeReport report() {
    NodeProcess.Observation seen = process.observe();
    return new NodeReport(
        seen.lease().member(),
        process.endpoint(),
        process.raftEndpoint(),
        seen.status(),
        seen.lease().isHeld(),
        seen.view().version(),
        seen.view().members().size(),
        seen.partitionsOwned(),
        seen.partitionsServed(),
        seen.activations(),
        seen.raftLeader(),
        seen.voterFailure(),
        seen.longTurns());
  }

  /** What this node has sent to actors since it started. */
  public SenderStatistics sent() {
    return process.sent();
  }

  /**
   * Compares the directory with the activations of all members: whether every actor in memory is
   * known to the owner of its partition, every entry has its activation, and none has two. What is
   * found is looked at several times, so that calls may go on meanwhile; it costs each member a
   * walk through its activations for each 64 partitions.
   *
   * @param bound how long it may take; what could not be judged until then is named in the report
   * @throws dev.orbit.api.error.NotExecutedException if this node holds no lease at present
   */
  public IntegrityReport checkIntegrity(Duration bound) {
    return process.checkIntegrity(bound);
  }

  /**
   * Where an actor is, and why: asks the owner of its partition. Activates nothing.
   *
   * @param bound how long to wait for the owner; without its answer the host is not known
   * @throws dev.orbit.api.error.NotExecutedException if this node holds no lease at present
   */
  public ActorLocation explain(AddressableReference actor, Duration bound) {
    return process.locate(actor, bound);
  }

  /**
   * As {@link #explain(AddressableReference, Duration)}.
   *
   * @param reference a reference that {@link #actors} or another node's gave out
   * @throws IllegalArgumentException if it is none
   */
  public ActorLocation explain(Object reference, Duration bound) {
    return explain(
        Addressed.addressOf(reference)
            .orElseThrow(
                () -> new IllegalArgumentException(reference + " is not a reference to an actor")),
        bound);
  }

  /**
   * Puts other limits for clients in force on this node at once; the same should be done on all
   * others, since each lets its share in. Without it {@code limit-per-client} and {@code
   * limit-per-type} count.
   */
  public void changeLimits(CallLimits limits) {
    process.changeLimits(limits);
  }

  /**
   * Stops gracefully: takes no new activations, finishes the calls that it has (at most {@code
   * drain-timeout}), deactivates its actors with {@link dev.orbit.api.DeactivationReason#SHUTDOWN},
   * passes calls that still come on to their new hosts and the answers back, leaves the cluster,
   * which frees its lease at once, and stops. Idempotent: who calls it again gets the same report.
   *
   * @return how it went; all zero after {@link #kill}
   */
  public DrainReport drain() {
    NodeProcess.Departed departed = process.drain();
    return new DrainReport(
        departed.moved(),
        departed.abandoned(),
        departed.forwarded(),
        departed.rejected(),
        departed.longestPause(),
        departed.took());
  }

  /** As {@link #drain}. */
  @Override
  public void close() {
    process.close();
  }

  /**
   * Stops as if the process had died: no goodbye, no deactivation. Connections close, running turns
   * are abandoned and can write no state any more. The cluster takes the node's actors over once
   * its lease has run out. For tests. Idempotent.
   */
  public void kill() {
    process.kill();
  }

  @Override
  public String toString() {
    return "OrbitNode[" + id() + " at " + endpoint() + "]";
  }

  /**
   * Settings of a node; what is set here wins over every other source. To be used by one thread.
   */
  public static final class Builder {
    private final Map<String, Object> settings = new HashMap<>();
    private final Map<String, String> tags = new HashMap<>();
    private final NodeParts.Builder parts = NodeParts.builder();

    private Builder() {}

    /** The cluster to belong to; {@code orbit} by default. */
    public Builder cluster(String name) {
      return set("cluster", name);
    }

    /**
     * The node's name, unique in its cluster and the same over restarts; {@code node-1} by default.
     */
    public Builder name(String name) {
      return set("name", name);
    }

    /** Where to take actor traffic; a free port of 127.0.0.1 by default. */
    public Builder listen(Endpoint endpoint) {
      return set("listen", endpoint.toString());
    }

    /**
     * Where to take Raft traffic, on a voter; by default what {@link #voters} says of this node's
     * name.
     */
    public Builder raftListen(Endpoint endpoint) {
      return set("raft-listen", endpoint.toString());
    }

    /** The voters by node name: 1, 3 or 5, the same on every node. By default this node alone. */
    public Builder voters(Map<String, Endpoint> voters) {
      return set(
          "voters",
          voters.entrySet().stream()
              .map(voter -> voter.getKey() + "=" + voter.getValue())
              .sorted()
              .collect(Collectors.joining(",")));
    }

    /** Where a voter keeps its log; by default a temporary directory, for a cluster of one. */
    public Builder dataDirectory(Path directory) {
      return set("data-directory", directory.toString());
    }

    /**
     * Whether a voter whose data directory is empty takes the place of one of the same name that
     * lost its own; false by default, and to be taken away again after that start.
     */
    public Builder replaceVoter(boolean replace) {
      return set("replace-voter", replace);
    }

    /**
     * The SQLite file that keeps actors' state, the same for all nodes of a host; {@code state.db}
     * beside the data directory by default. Not read when there is a {@link #stateStore}.
     */
    public Builder sharedStateFile(Path file) {
      return set("shared-state-file", file.toString());
    }

    /**
     * The PostgreSQL database that keeps actors' state, for nodes of several hosts. Not read when
     * there is a {@link #stateStore}.
     */
    public Builder postgres(PostgresConfig config) {
      return set("state-url", config.url())
          .set("state-user", config.user())
          .set("state-password", config.password())
          .set("state-connections", config.connections())
          .set("state-timeout", config.timeout());
    }

    /** The classes of actors to host. Each call adds to the earlier ones. */
    public Builder actors(Class<?>... actorClasses) {
      parts.actors(List.of(actorClasses));
      return this;
    }

    /** Supplies what constructors ask for beyond state and context; nothing by default. */
    public Builder dependencies(ActorDependencies dependencies) {
      parts.dependencies(dependencies);
      return this;
    }

    /** Where state is kept; it is not closed with the node, because nodes can share it. */
    public Builder stateStore(StateStore store) {
      parts.stateStore(store);
      return this;
    }

    /**
     * Into how many parts actors are divided when the cluster is first started; 1,024 by default.
     */
    public Builder partitions(int partitions) {
      return set("partitions", partitions);
    }

    /**
     * For how long the node may be silent before others take over; 6 s by default. The same on
     * every node.
     */
    public Builder leaseDuration(Duration duration) {
      return set("lease-duration", duration);
    }

    /** How long a call may take unless its caller says otherwise; 30 s by default. */
    public Builder callTimeout(Duration timeout) {
      return set("call-timeout", timeout);
    }

    /** How actor traffic connects; {@link TransportPreset#STANDARD} by default. */
    public Builder transport(TransportPreset preset) {
      return set("transport", preset.presetName());
    }

    /**
     * What is to be otherwise than in the preset, by the names that docs/operate/connections.md
     * lists, as {@code Map.of("max-connections", 4)}.
     */
    public Builder transportSettings(Map<String, ?> values) {
      return set("transport-settings", values);
    }

    /**
     * What is set for single actor types: by type name, what {@code orbit.types} in {@code
     * reference.conf} says, as {@code mailbox-capacity} or {@code call-timeout}.
     */
    public Builder types(Map<String, ? extends Map<String, ?>> types) {
      return set("types", types);
    }

    /** A turn that runs for longer is logged once, with its stack; 5 s by default. */
    public Builder longTurnThreshold(Duration duration) {
      return set("long-turn-threshold", duration);
    }

    /** After how long without a call an activation ends; 10 min by default. */
    public Builder idleAfter(Duration duration) {
      return set("idle-after", duration);
    }

    /** How many calls may wait for one activation; 10,000 by default. */
    public Builder mailboxCapacity(int calls) {
      return set("mailbox-capacity", calls);
    }

    /**
     * How many calls of this node may wait for room in the mailbox of one actor, 0 to 1,000,000.
     * With 0 they are refused at once.
     */
    public Builder waitingForRoom(int calls) {
      return set("waiting-for-room", calls);
    }

    /** How many activations the node holds at most; 1,000,000 by default. */
    public Builder maxActivations(int activations) {
      return set("max-activations", activations);
    }

    /**
     * Beyond how many activations the least used idle ones leave memory; nine tenths of {@link
     * #maxActivations} by default.
     */
    public Builder targetActivations(int activations) {
      return set("target-activations", activations);
    }

    /**
     * From which share of the heap on, as it is after a garbage collection, the least used idle
     * activations leave memory; 0.85 by default, 1.0 for never.
     */
    public Builder memoryHighWater(double share) {
      return set("memory-high-water", share);
    }

    /** A label of this node by which placement can choose. Each call adds to the earlier ones. */
    public Builder tag(String name, String value) {
      tags.put(name, value);
      return set("tags", Map.copyOf(tags));
    }

    /**
     * How many actors a second the node lets go that would be placed on another now, because that
     * has joined; 100 by default, 0 for none.
     */
    public Builder rebalancePerSecond(int activations) {
      return set("rebalance-per-second", activations);
    }

    /** For how long the members must have stayed the same before that begins; 30 s by default. */
    public Builder rebalanceAfter(Duration duration) {
      return set("rebalance-after", duration);
    }

    /** How long {@link #start} waits until the node is in the cluster; 60 s by default. */
    public Builder joinTimeout(Duration timeout) {
      return set("join-timeout", timeout);
    }

    /** How long {@link OrbitNode#close} waits for calls under way; 30 s by default. */
    public Builder drainTimeout(Duration timeout) {
      return set("drain-timeout", timeout);
    }

    /** TLS on both ports, and whom to let in; by default none, in a trusted network. */
    public Builder tls(TlsConfig tls) {
      set("tls-certificate", tls.certificate().toString());
      set("tls-private-key", tls.privateKey().toString());
      set("tls-trust", tls.trust().toString());
      set("tls-trust-domain", tls.scheme().trustDomain());
      set("tls-node-path", tls.scheme().nodePath());
      set("tls-clients", tls.clients().name());
      return set("tls-reload", tls.reload());
    }

    /**
     * Which clients may call which actor types, several of them separated by {@code |}; by default
     * every client that TLS lets in may call everything.
     */
    public Builder access(Map<String, String> typesByClient) {
      return set(
          "access",
          typesByClient.entrySet().stream()
              .map(entry -> entry.getKey() + "=" + entry.getValue())
              .sorted()
              .collect(Collectors.joining(",")));
    }

    /** How many calls a second one client may make to the whole cluster; any number by default. */
    public Builder limitPerClient(Rate rate) {
      return set("limit-per-client", "%s:%d".formatted(rate.perSecond(), rate.burst()));
    }

    /** Adds a filter around the turns of this node's actors, within those added before. */
    public Builder turnFilter(TurnFilter filter) {
      parts.turnFilter(filter);
      return this;
    }

    /** Adds a filter around the calls of this node's references, within those added before. */
    public Builder callFilter(CallFilter filter) {
      parts.callFilter(filter);
      return this;
    }

    /**
     * Adds an encoding of arguments and results, which is asked before the built-in ones and before
     * those added later. All nodes of the cluster, and clients that call such methods, must have
     * it.
     */
    public Builder codec(PayloadCodec codec) {
      parts.codec(codec);
      return this;
    }

    /**
     * Adds a strategy by which types can find their nodes, besides those that every node knows and
     * those that {@link java.util.ServiceLoader} finds. All nodes of the cluster should have it.
     */
    public Builder placementStrategy(PlacementStrategy strategy) {
      parts.placementStrategy(strategy);
      return this;
    }

    /** Which node runs a call to a stateless worker that this node has none of. */
    public Builder balancing(Balancing balancing) {
      return set("balancing", balancing.configName());
    }

    /**
     * After how long without an answer such a call is made on a second node too, if its method is
     * {@link dev.orbit.api.ReadOnly}.
     *
     * @param value 1 ms to 1 min, or zero for never
     */
    public Builder hedgeAfter(Duration value) {
      return set("hedge-after", value);
    }

    /** Clock, threads and randomness; the system's by default. */
    public Builder environment(Environment environment) {
      parts.environment(environment);
      return this;
    }

    /** Where metrics and traces go; nowhere by default. */
    public Builder openTelemetry(OpenTelemetry telemetry) {
      parts.telemetry(telemetry);
      return this;
    }

    /**
     * Asked where nodes listen before the view is, and where an actor is to live that is active
     * nowhere before the cluster chooses. By default the view alone tells, and the cluster chooses.
     */
    public Builder nodeResolver(NodeResolver resolver) {
      parts.nodeResolver(resolver);
      return this;
    }

    /**
     * Tells where voters take Raft traffic, for clusters whose voters change their addresses: asked
     * for each voter by its name, and followed while the node runs. Until it answers, what {@link
     * #voters} says counts; by default that alone does.
     */
    public Builder voterResolver(NodeResolver resolver) {
      parts.voterResolver(resolver);
      return this;
    }

    /**
     * Starts the node and waits until it is in the cluster.
     *
     * @throws dev.orbit.api.error.ConfigurationException if a setting or an actor class cannot
     *     work, or a port is taken
     * @throws dev.orbit.api.error.NotExecutedException if the node could not join within {@code
     *     join-timeout}
     */
    public OrbitNode start() {
      NodeSettings read =
          SettingsReader.read(settings, System.getProperties(), Builder::environmentVariable);
      return new OrbitNode(NodeProcess.start(read, parts.build()));
    }

    private static @Nullable String environmentVariable(String name) {
      return System.getenv(name);
    }

    private Builder set(String key, Object value) {
      settings.put(key, value);
      return this;
    }
  }
}
