package dev.orbit.client;

import dev.orbit.api.Actor;
import dev.orbit.api.ActorCall;
import dev.orbit.api.ActorWithInt32Key;
import dev.orbit.api.ActorWithInt64Key;
import dev.orbit.api.ActorWithNoKey;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Actors;
import dev.orbit.api.CallSettings;
import dev.orbit.api.Gathered;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.filter.CallFilter;
import dev.orbit.client.codec.PayloadCodec;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.call.FilteredInvoker;
import dev.orbit.client.internal.call.Hedging;
import dev.orbit.client.internal.call.MeasuredInvoker;
import dev.orbit.client.internal.call.TypeTimeouts;
import dev.orbit.client.internal.codec.Codecs;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.gateway.GatewayChoice;
import dev.orbit.client.internal.gateway.GatewayInvoker;
import dev.orbit.client.internal.gateway.GatewayMetrics;
import dev.orbit.client.internal.gateway.Gateways;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.transport.LearnedNodes;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.balancing.Balancing;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import dev.orbit.transport.security.TlsConfig;
import dev.orbit.transport.telemetry.Telemetry;
import dev.orbit.transport.telemetry.TransportHistograms;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as seen from outside: references to its actors, without hosting any.
 *
 * <pre>{@code
 * try (OrbitClient client = OrbitClient.connect("127.0.0.1:7400")) {
 *   client.get(Cart.class, "alice").add(new Line("sku-1", 2));
 * }
 * }</pre>
 *
 * <p>All calls go through one node, which passes them on; when it fails the client goes on with
 * another member. {@link Builder#balancing} spreads them over the members instead. A call that
 * surely did not run is repeated until its deadline; one that may have run fails with {@link
 * dev.orbit.api.error.OutcomeUnknownException}. Calls of one client to one actor run in the order
 * in which they were made, as long as nothing fails.
 *
 * <p>Thread-safe. One client serves a whole program.
 */
public final class OrbitClient implements Actors, AutoCloseable {
  /** How long {@link #close} waits for calls under way. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final Transport transport;
  private final Gateways gateways;
  private final GatewayInvoker invoker;
  private final ReferenceFactory actors;
  private final List<AutoCloseable> measured;
  private final @Nullable SystemEnvironment ownEnvironment;

  private OrbitClient(Builder builder) {
    Environment environment = builder.environment;
    if (environment == null) {
      ownEnvironment = new SystemEnvironment();
      environment = ownEnvironment;
    } else {
      ownEnvironment = null;
    }
    LearnedNodes learned = new LearnedNodes();
    this.transport =
        Transports.client(
            environment,
            builder.transport,
            NodeIdentity.client(builder.cluster).with(Optional.ofNullable(builder.tls)),
            learned);
    Telemetry telemetry = Telemetry.of(builder.telemetry, environment::nanoTime);
    transport.measure(TransportHistograms.of(telemetry));
    this.gateways = new Gateways(environment, transport, learned, builder.endpoints);
    AtomicReference<Codecs> codecs = new AtomicReference<>();
    this.invoker =
        new GatewayInvoker(
            environment,
            transport,
            new GatewayChoice(
                environment,
                gateways,
                transport.repetitions(),
                Optional.ofNullable(builder.balancing),
                builder.hedgeAfter),
            () -> Objects.requireNonNull(codecs.get()));
    this.actors =
        new ReferenceFactory(
            environment,
            FilteredInvoker.of(MeasuredInvoker.around(invoker, telemetry), builder.filters),
            new CallOptions(builder.timeout, builder.timeouts));
    codecs.set(new Codecs(actors, builder.codecs));
    this.measured = GatewayMetrics.observe(invoker, transport, telemetry, builder.name);
  }

  /**
   * Connects to the cluster that one of the endpoints belongs to.
   *
   * @param endpoints {@code host:port} of at least one node; one is enough, more help when it is
   *     down
   * @throws dev.orbit.api.error.NotExecutedException with {@code NODE_UNAVAILABLE} if no node
   *     answers there
   * @throws IllegalArgumentException if one is not of that form
   */
  public static OrbitClient connect(String... endpoints) {
    return builder().endpoints(endpoints).connect();
  }

  /** A builder with the defaults and no endpoint. */
  public static Builder builder() {
    return new Builder();
  }

  /** References to the actors of the cluster. */
  public Actors actors() {
    return actors;
  }

  @Override
  public <A extends ActorWithStringKey> A get(Class<A> contract, String key) {
    return actors.get(contract, key);
  }

  @Override
  public <A extends ActorWithInt32Key> A get(Class<A> contract, int key) {
    return actors.get(contract, key);
  }

  @Override
  public <A extends ActorWithInt64Key> A get(Class<A> contract, long key) {
    return actors.get(contract, key);
  }

  @Override
  public <A extends ActorWithNoKey> A get(Class<A> contract) {
    return actors.get(contract);
  }

  @Override
  public <A extends Actor, R> Gathered<A, R> callAll(
      Class<A> contract,
      Collection<? extends A> references,
      ActorCall<? super A, ? extends R> call) {
    return actors.callAll(contract, references, call);
  }

  @Override
  public <A extends Actor, R> Gathered<A, R> callActive(
      Class<A> contract, ActorCall<? super A, ? extends R> call) {
    return actors.callActive(contract, call);
  }

  @Override
  public Actors with(CallSettings settings) {
    return actors.with(settings);
  }

  @Override
  public <A extends Actor, T> CompletableFuture<T> async(A reference, Function<A, T> call) {
    return actors.async(reference, call);
  }

  @Override
  public <A extends Actor> CompletableFuture<Void> asyncVoid(A reference, Consumer<A> call) {
    return actors.asyncVoid(reference, call);
  }

  /**
   * Waits up to five seconds for calls under way, then fails them and closes all connections.
   * Idempotent.
   */
  @Override
  public void close() {
    measured.forEach(OrbitClient::end);
    invoker.close();
    gateways.close();
    transport.drain(DRAIN);
    transport.close();
    if (ownEnvironment != null) {
      ownEnvironment.close();
    }
  }

  private static void end(AutoCloseable reading) {
    try {
      reading.close();
    } catch (Exception e) {
      throw new IllegalStateException("a metric cannot be ended", e);
    }
  }

  /** Settings of a client. Not thread-safe. */
  public static final class Builder {
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final List<PayloadCodec> codecs = new ArrayList<>();
    private final List<CallFilter> filters = new ArrayList<>();
    private String cluster = "";
    private String name = "client";
    private final Map<String, TypeTimeouts> timeouts = new HashMap<>();
    private Duration timeout = CallOptions.DEFAULT_TIMEOUT;
    private TransportConfig transport = TransportConfig.DEFAULT;
    private @Nullable Balancing balancing;
    private Duration hedgeAfter = Hedging.OFF;
    private @Nullable Environment environment;
    private @Nullable TlsConfig tls;
    private OpenTelemetry telemetry = OpenTelemetry.noop();

    private Builder() {}

    /**
     * Adds nodes to ask for the members of the cluster, each as {@code host:port}.
     *
     * @throws IllegalArgumentException if one is not of that form
     */
    public Builder endpoints(String... hostsAndPorts) {
      for (String text : hostsAndPorts) {
        endpoints.add(Endpoint.parse(text));
      }
      return this;
    }

    /** Adds a node to ask for the members of the cluster. */
    public Builder endpoint(Endpoint endpoint) {
      endpoints.add(endpoint);
      return this;
    }

    /**
     * The name that the cluster must have; by default whichever is found at the endpoints is taken.
     */
    public Builder cluster(String name) {
      this.cluster = name;
      return this;
    }

    /**
     * What this client is called in its metrics, where several share one OpenTelemetry; {@code
     * client} by default.
     */
    public Builder name(String value) {
      this.name = value;
      return this;
    }

    /** How long a call may take, 30 seconds by default; more than zero, at most 24 hours. */
    public Builder timeout(Duration value) {
      this.timeout = new CallOptions(value).timeout();
      return this;
    }

    /**
     * How long calls to actors of one contract may take, in place of what the contract says by
     * {@link dev.orbit.api.CallTimeout}.
     *
     * @param value more than zero, at most 24 hours
     */
    public Builder timeout(Class<? extends Actor> contract, Duration value) {
      timeouts.put(
          ActorContract.of(contract).typeName(),
          new TypeTimeouts(Optional.of(new CallOptions(value).timeout()), Map.of()));
      return this;
    }

    /** How connections are made and bounded. */
    public Builder transport(TransportConfig config) {
      this.transport = config;
      return this;
    }

    /**
     * Spreads calls over all members of the cluster instead of sending all through one. Members
     * that fail what others do not are passed over for a while. Calls of this client to one actor
     * then keep their order only where each waits for the answer of the one before.
     */
    public Builder balancing(Balancing value) {
      this.balancing = value;
      return this;
    }

    /**
     * After how long without an answer calls of {@link dev.orbit.api.ReadOnly} methods are tried
     * through a second member too; the first answer counts. At most a tenth of the calls are. By
     * default none.
     *
     * @param value 1 ms to 1 min, or zero for never
     * @throws ConfigurationException if it is out of its range
     */
    public Builder hedgeAfter(Duration value) {
      this.hedgeAfter = Hedging.checked(value);
      return this;
    }

    /** How the client proves itself and which nodes it trusts; by default nothing is encrypted. */
    public Builder tls(TlsConfig config) {
      this.tls = config;
      return this;
    }

    /** Where metrics and traces of calls go; nowhere by default. */
    public Builder openTelemetry(OpenTelemetry value) {
      this.telemetry = value;
      return this;
    }

    /** Adds a filter around calls, within those added before. */
    public Builder filter(CallFilter filter) {
      filters.add(filter);
      return this;
    }

    /**
     * Adds an encoding, which is asked before the built-in ones and before those added later than
     * it.
     */
    public Builder codec(PayloadCodec codec) {
      codecs.add(codec);
      return this;
    }

    /**
     * Clocks, threads and randomness; those of the system by default. The client does not close it.
     */
    public Builder environment(Environment value) {
      this.environment = value;
      return this;
    }

    /**
     * Connects. Blocks until one of the endpoints has told the members of its cluster, or all have
     * failed.
     *
     * @throws dev.orbit.api.error.NotExecutedException with {@code NODE_UNAVAILABLE} if no node
     *     answers
     * @throws dev.orbit.api.error.ProtocolException with {@code WRONG_CLUSTER} if the nodes belong
     *     to another cluster than the {@linkplain #cluster required} one
     * @throws ConfigurationException if there is no endpoint, or two codecs have the same id
     */
    public OrbitClient connect() {
      if (endpoints.isEmpty()) {
        throw new ConfigurationException(
            ErrorCode.BAD_CONFIGURATION,
            "a client needs the host:port of at least one node; give it by endpoints(...)");
      }
      OrbitClient client = new OrbitClient(this);
      try {
        client.gateways.connect();
        return client;
      } catch (RuntimeException e) {
        client.close();
        throw e;
      }
    }
  }
}
