package dev.orbit.raft.internal.grpc;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.raft.FrameProto;
import dev.orbit.proto.raft.HelloProto;
import dev.orbit.proto.raft.RaftPeerGrpc;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.transport.internal.tls.Tls;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one peer: connected as long as possible, tried again soon when it broke, because an
 * election can depend on it.
 *
 * <p>Each attempt has a channel of its own, since gRPC's own reconnection waits a second at least.
 * {@code attempt} counts them; what an older one still has to say is ignored. Thread-safe.
 */
final class PeerLink {
  private static final Logger log = LoggerFactory.getLogger(PeerLink.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(50);
  private static final Duration LAST_RETRY = Duration.ofSeconds(1);

  /** What the links of a voter have in common. */
  record Context(
      Environment environment,
      EngineConfig config,
      PeerIdentity identity,
      LinkListener listener,
      @Nullable Tls tls) {}

  private final Context context;
  private final String peer;
  private Endpoint endpoint;
  private long attempt;
  private boolean welcomed;
  private long downSinceNanos;
  private boolean wasUp;
  private boolean closed;
  private Duration retry = FIRST_RETRY;
  private @Nullable ManagedChannel channel;
  private @Nullable Lane talk;
  private @Nullable Lane install;
  private @Nullable Cancellable timer;
  private String lastRefusal = "";
  private final CompletableFuture<Void> tried = new CompletableFuture<>();

  PeerLink(Context context, String peer, Endpoint endpoint) {
    this.context = context;
    this.peer = peer;
    this.endpoint = endpoint;
    this.downSinceNanos = context.environment.nanoTime();
  }

  /** For how long there has been no connection; zero if there is one. */
  synchronized Duration downFor(long nowNanos) {
    return welcomed ? Duration.ZERO : Duration.ofNanos(Math.max(0, nowNanos - downSinceNanos));
  }

  /** Done when the first attempt has succeeded or failed. */
  CompletableFuture<Void> tried() {
    return tried;
  }

  void connect() {
    connectAfter(0);
  }

  /** Attempts to connect, unless something else happened since {@code before}. */
  private synchronized void connectAfter(long before) {
    if (closed || attempt != before) {
      return;
    }
    timer = null;
    long mine = ++attempt;
    welcomed = false;
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .directExecutor()
            .disableRetry()
            .maxInboundMessageSize(RaftServer.MAX_MESSAGE_BYTES)
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) context.config.connectTimeout().toMillis());
    Tls tls = context.tls;
    if (tls == null) {
      builder.usePlaintext();
    } else {
      builder
          .sslContext(tls.client())
          .intercept(tls.expecting(new NodeId(peer, context.config.group())));
    }
    ManagedChannel opened = builder.build();
    channel = opened;
    Lane lane = new Lane(peer, context.environment.nanoTime());
    talk = lane;
    lane.open(RaftPeerGrpc.newStub(opened).talk(new Incoming(this, mine, lane)), greeting());
    timer =
        context.environment.schedule(
            context.config.connectTimeout(), () -> notWelcomedInTime(mine));
  }

  /**
   * The peer has come by itself: it listens, and to sit out the pause before the next attempt would
   * be time lost where voters start together.
   */
  void peerCame() {
    long before;
    synchronized (this) {
      if (closed || channel != null || timer == null) {
        return;
      }
      timer.cancel();
      before = attempt;
    }
    connectAfter(before);
  }

  private FrameProto greeting() {
    Store own = context.identity.store();
    HelloProto.Builder hello =
        HelloProto.newBuilder()
            .setVersion(RaftRpc.VERSION)
            .setGroup(context.config.group())
            .setFrom(context.config.self())
            .setTo(peer)
            .setFromStore(own.id())
            .setFromGeneration(own.generation());
    context
        .identity
        .remembered(peer)
        .ifPresent(its -> hello.setToStore(its.id()).setToGeneration(its.generation()));
    return FrameProto.newBuilder().setHello(hello).build();
  }

  CompletableFuture<FrameProto> send(FrameProto.Builder request) {
    Lane lane = lane(request.hasInstallRequest());
    if (lane == null) {
      return CompletableFuture.failedFuture(LinkFailures.notConnected(peer, endpoint()));
    }
    return lane.send(request, context.environment.nanoTime());
  }

  void tell(FrameProto frame) {
    Lane lane = lane(false);
    if (lane != null) {
      lane.tell(frame);
    }
  }

  private synchronized @Nullable Lane lane(boolean large) {
    ManagedChannel opened = channel;
    if (!welcomed || opened == null) {
      return null;
    }
    if (!large) {
      return talk;
    }
    if (install == null) {
      Lane lane = new Lane(peer, context.environment.nanoTime());
      install = lane;
      lane.open(
          RaftPeerGrpc.newStub(opened).install(new Incoming(this, attempt, lane)), greeting());
    }
    return install;
  }

  synchronized Endpoint endpoint() {
    return endpoint;
  }

  /** From now on the peer is to be found there. */
  void move(Endpoint to) {
    synchronized (this) {
      if (endpoint.equals(to)) {
        return;
      }
      endpoint = to;
    }
    forget("moved to " + to);
  }

  /** Nothing more of what the peer said or will say on the present connection counts. */
  void forget(String why) {
    long current;
    synchronized (this) {
      current = attempt;
      retry = FIRST_RETRY;
      if (current == 0) {
        return;
      }
    }
    lost(current, Status.CANCELLED.withDescription(why));
  }

  /** Gives up what takes too long; to be called several times a second. */
  void sweep() {
    Lane small;
    Lane large;
    long current;
    synchronized (this) {
      small = talk;
      large = install;
      current = attempt;
    }
    long now = context.environment.nanoTime();
    long timeout = context.config.requestTimeout().toNanos();
    if (small == null) {
      return;
    }
    if (large != null) {
      large.expire(now, timeout);
    }
    small.expire(now, timeout);
    Duration limit = context.config.electionTimeout().multipliedBy(4);
    if (small.isSilent(now, limit.toNanos())) {
      lost(current, Status.DEADLINE_EXCEEDED.withDescription("silent for " + limit));
    }
  }

  private void notWelcomedInTime(long mine) {
    boolean late;
    synchronized (this) {
      late = mine == attempt && !welcomed;
    }
    if (late) {
      lost(mine, Status.DEADLINE_EXCEEDED.withDescription("no welcome in time"));
    }
  }

  private void welcome(long mine, FrameProto frame) {
    synchronized (this) {
      if (mine != attempt || closed) {
        return;
      }
    }
    if (!context.identity.welcomed(peer, Greetings.introduction(frame.getWelcome()))) {
      lost(mine, Status.FAILED_PRECONDITION.withDescription("the peer's store was replaced"));
      return;
    }
    synchronized (this) {
      if (mine != attempt || closed) {
        return;
      }
      welcomed = true;
      wasUp = true;
      retry = FIRST_RETRY;
      lastRefusal = "";
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
    }
    log.debug("peer={} endpoint={} connected", peer, endpoint());
    tried.complete(null);
    context.listener.up(peer);
  }

  private void lost(long mine, Status status) {
    boolean unreachable;
    Lane small;
    Lane large;
    ManagedChannel opened;
    synchronized (this) {
      if (mine != attempt || closed) {
        return;
      }
      unreachable = (wasUp && !welcomed) || status.getCode() == Status.Code.DEADLINE_EXCEEDED;
      if (unreachable) {
        wasUp = false;
      }
      if (welcomed) {
        downSinceNanos = context.environment.nanoTime();
      }
      welcomed = false;
      attempt++;
      small = talk;
      large = install;
      opened = channel;
      talk = null;
      install = null;
      channel = null;
      scheduleRetry();
      report(status);
    }
    end(small, large, opened, LinkFailures.closed(peer, LinkFailures.describe(status)));
    tried.complete(null);
    if (unreachable) {
      context.listener.unreachable(peer);
    }
  }

  private void scheduleRetry() {
    if (timer != null) {
      timer.cancel();
    }
    // Peers that lost each other at the same moment should not meet in lockstep.
    Duration jitter =
        Duration.ofNanos(context.environment.random().nextLong(retry.toNanos() / 4 + 1));
    long after = attempt;
    timer = context.environment.schedule(retry.plus(jitter), () -> connectAfter(after));
    Duration next = retry.multipliedBy(8).dividedBy(5);
    retry = next.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : next;
  }

  private void report(Status status) {
    String why = LinkFailures.describe(status);
    boolean refused =
        status.getCode() == Status.Code.PERMISSION_DENIED
            || status.getCode() == Status.Code.UNAUTHENTICATED
            || status.getCode() == Status.Code.FAILED_PRECONDITION;
    if (refused && !why.equals(lastRefusal)) {
      lastRefusal = why;
      log.warn("peer={} endpoint={} refuses this voter: {}", peer, endpoint, why);
    } else {
      log.debug("peer={} endpoint={} not connected: {}", peer, endpoint, why);
    }
  }

  private static void end(
      @Nullable Lane small, @Nullable Lane large, @Nullable ManagedChannel opened, Exception why) {
    if (small != null) {
      small.close(why);
    }
    if (large != null) {
      large.close(why);
    }
    if (opened != null) {
      opened.shutdownNow();
    }
  }

  void close() {
    Lane small;
    Lane large;
    ManagedChannel opened;
    synchronized (this) {
      closed = true;
      attempt++;
      small = talk;
      large = install;
      opened = channel;
      talk = null;
      install = null;
      channel = null;
      if (timer != null) {
        timer.cancel();
      }
    }
    tried.complete(null);
    end(small, large, opened, LinkFailures.closed(peer, "this voter stopped"));
  }

  /** What a peer answers on one stream. */
  private static final class Incoming implements StreamObserver<FrameProto> {
    private final PeerLink link;
    private final long attempt;
    private final Lane lane;
    private boolean greeted;

    Incoming(PeerLink link, long attempt, Lane lane) {
      this.link = link;
      this.attempt = attempt;
      this.lane = lane;
    }

    @Override
    public void onNext(FrameProto frame) {
      if (greeted) {
        lane.answered(frame, link.context.environment.nanoTime());
      } else if (frame.hasWelcome()) {
        greeted = true;
        if (link.isTalk(lane)) {
          link.welcome(attempt, frame);
        }
      } else {
        link.lost(attempt, Status.INTERNAL.withDescription("the peer did not greet"));
      }
    }

    @Override
    public void onError(Throwable thrown) {
      Status status = Status.fromThrowable(thrown);
      if (status.getCode() == Status.Code.FAILED_PRECONDITION) {
        link.context.identity.disowned(link.peer, String.valueOf(status.getDescription()));
      }
      link.lost(attempt, status);
    }

    @Override
    public void onCompleted() {
      link.lost(attempt, Status.UNAVAILABLE.withDescription("the peer ended the stream"));
    }
  }

  private synchronized boolean isTalk(Lane lane) {
    return talk == lane;
  }
}
