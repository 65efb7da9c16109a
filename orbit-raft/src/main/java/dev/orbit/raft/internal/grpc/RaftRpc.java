package dev.orbit.raft.internal.grpc;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.raft.FrameProto;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.transport.internal.tls.Tls;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A voter's line to its peers: its {@link #service} belongs on its {@link RaftServer}, its requests
 * go out by {@link #call}. An engine starts it and ends it. Thread-safe.
 */
public final class RaftRpc implements AutoCloseable {
  /** Of the voters' protocol. */
  static final int VERSION = 1;

  private static final Duration SWEEP = Duration.ofMillis(250);

  private final Environment environment;
  private final EngineConfig config;
  private final @Nullable Tls tls;
  private final PeerService service;
  private final Map<String, Endpoint> endpoints = new TreeMap<>();
  private Map<String, PeerLink> links = Map.of();
  private @Nullable Cancellable sweeper;

  /** A line that is dead until an engine starts it. */
  public RaftRpc(Environment environment, EngineConfig config) {
    this(environment, config, null);
  }

  /** As the other, over connections on which both ends have proven who they are. */
  public RaftRpc(Environment environment, EngineConfig config, @Nullable Tls tls) {
    this.environment = environment;
    this.tls = tls;
    this.config = config;
    this.service = new PeerService(config);
    endpoints.putAll(config.voters());
    endpoints.remove(config.self());
  }

  /** What peers call; to be given to {@link RaftServer#start}. */
  public BindableService service() {
    return service;
  }

  /**
   * From now on that peer is to be found there. Requests under way to its old place fail.
   *
   * @throws ConfigurationException if it is no peer of this voter
   */
  public synchronized void setPeer(String voter, Endpoint endpoint) {
    if (!endpoints.containsKey(voter)) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "%s is not among the peers of voter %s: %s"
              .formatted(voter, config.self(), endpoints.keySet()));
    }
    endpoints.put(voter, endpoint);
    PeerLink link = links.get(voter);
    if (link != null) {
      link.move(endpoint);
    }
  }

  /** Begins to connect and to take requests. */
  public synchronized void start(
      PeerIdentity identity, RequestHandler handler, LinkListener listener) {
    PeerLink.Context context = new PeerLink.Context(environment, config, identity, listener, tls);
    Map<String, PeerLink> started = new TreeMap<>();
    endpoints.forEach((peer, at) -> started.put(peer, new PeerLink(context, peer, at)));
    links = started;
    identity.onSuperseded(this::superseded);
    service.start(
        new PeerService.Running(
            identity,
            handler,
            peer -> Optional.ofNullable(started.get(peer)).ifPresent(PeerLink::peerCame)));
    started.values().forEach(PeerLink::connect);
    sweeper =
        environment.scheduleRepeatedly(SWEEP, () -> started.values().forEach(PeerLink::sweep));
  }

  private void superseded(String peer) {
    service.forget(peer);
    PeerLink link;
    synchronized (this) {
      link = links.get(peer);
    }
    if (link != null) {
      link.forget("the peer was replaced");
    }
  }

  /**
   * Waits until every peer has answered or refused the first attempt to connect.
   *
   * @return false if some did neither within {@code bound}
   */
  public boolean awaitFirstContact(Duration bound) throws InterruptedException {
    CompletableFuture<?>[] attempts;
    synchronized (this) {
      attempts = links.values().stream().map(PeerLink::tried).toArray(CompletableFuture[]::new);
    }
    try {
      CompletableFuture.allOf(attempts).get(bound.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * For how long no more peers have been connected than are too few for a majority, with this voter
   * among them; zero while enough are. A peer that is silent counts as connected until its
   * connection is given up.
   */
  public synchronized Duration withoutMajorityFor() {
    int needed = config.voters().size() / 2;
    long now = environment.nanoTime();
    return links.values().stream()
        .map(link -> link.downFor(now))
        .sorted()
        .skip(Math.max(0, needed - 1))
        .findFirst()
        .filter(longest -> needed > 0)
        .orElse(Duration.ZERO);
  }

  /**
   * Sends one request.
   *
   * @return the answer; fails with {@code ConnectException} if the peer is not connected and
   *     nothing was sent, with {@code ClosedChannelException} if the connection broke before the
   *     answer, with {@code TimeoutException} after the request timeout, with {@code IOException}
   *     if the peer could not answer
   */
  public CompletableFuture<FrameProto> call(String voter, FrameProto.Builder request) {
    PeerLink link;
    synchronized (this) {
      link = links.get(voter);
    }
    if (link == null) {
      return CompletableFuture.failedFuture(LinkFailures.notConnected(voter, "no endpoint"));
    }
    return link.send(request);
  }

  /** Sends what is not answered; it is lost where there is no connection. */
  public void tell(String voter, FrameProto frame) {
    PeerLink link;
    synchronized (this) {
      link = links.get(voter);
    }
    if (link != null) {
      link.tell(frame);
    }
  }

  /** An answer that says that there is none, and why. */
  public static FrameProto.Builder failure(String description) {
    return PeerService.failure(description);
  }

  /** Fails what is under way and takes no more, until it is started again. Idempotent. */
  @Override
  public void close() {
    Map<String, PeerLink> ended;
    synchronized (this) {
      ended = links;
      links = Map.of();
      if (sweeper != null) {
        sweeper.cancel();
        sweeper = null;
      }
    }
    service.stop();
    ended.values().forEach(PeerLink::close);
  }
}
