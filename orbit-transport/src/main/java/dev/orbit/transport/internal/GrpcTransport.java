package dev.orbit.transport.internal;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.MessageEncoder;
import dev.orbit.transport.Connections;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.MessageHandler;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.TransportCounts;
import dev.orbit.transport.TransportMeter;
import dev.orbit.transport.internal.tls.Tls;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transport over gRPC: peers for what goes out, a server for what comes in. Thread-safe. */
public final class GrpcTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(GrpcTransport.class);

  /** How long the last words on streams may take to leave, where the other end reads. */
  private static final Duration LAST_WORDS = Duration.ofMillis(200);

  private static final Duration DRAIN_LOOKS = Duration.ofMillis(5);
  private static final String LEAVING = "the node is stopping";
  private static final Refusal STOPPED =
      new Refusal(
          ErrorCode.SHUTTING_DOWN, "the transport of this process is closed or draining", null);

  private final Shared shared;
  private final Supplier<Content.InfoResponse> info;
  private final HealthBoard health;
  private final RetryBudget repetitions;
  private final InfoQuery query;
  private final HealthQuery healthQuery;
  private final Peers peers;
  private final Cancellable moves;
  private volatile boolean stopping;
  private volatile @Nullable Endpoint listening;
  private @Nullable Listeners listeners;
  private volatile @Nullable InboundStreams streams;
  private boolean closed;

  /** As {@link dev.orbit.transport.grpc.Transports}. */
  public GrpcTransport(
      Environment environment,
      TransportConfig config,
      NodeIdentity identity,
      NodeResolver resolver,
      Supplier<Content.InfoResponse> info,
      HealthBoard health) {
    Counters counters = new Counters();
    this.shared =
        new Shared(
            environment,
            config,
            identity,
            resolver,
            new NettyIo(
                config,
                environment.virtualThreads(),
                identity.tls().map(tls -> new Tls(environment, tls)).orElse(null),
                counters,
                environment::nanoTime),
            FrameMarshaller.openStream(),
            new MessageEncoder(identity.node().orElse(null)),
            counters,
            new Generations(environment.random()));
    this.info = info;
    this.health = health;
    this.peers = new Peers(shared);
    this.moves =
        resolver.onChange(node -> environment.virtualThreads().execute(() -> peers.moved(node)));
    this.repetitions = identity.node().isPresent() ? RetryBudget.ofNode() : RetryBudget.ofClient();
    this.query = new InfoQuery(shared, repetitions);
    this.healthQuery = new HealthQuery(shared);
  }

  @Override
  public synchronized void start(MessageHandler handler) {
    if (shared.identity().listen().isEmpty()) {
      return;
    }
    if (listeners != null || closed) {
      throw new IllegalStateException("the transport is started or closed already");
    }
    InboundStreams inbound = new InboundStreams(shared, handler, info);
    Listeners started = Listeners.start(shared, shared.identity().listen().get(), inbound, health);
    listeners = started;
    streams = inbound;
    listening = started.endpoint();
    log.info("transport=listening endpoint={} cluster={}", listening, shared.identity().cluster());
  }

  @Override
  public Optional<Endpoint> listening() {
    return Optional.ofNullable(listening);
  }

  @Override
  public CompletionStage<Content.InfoResponse> connectionInfo(Endpoint endpoint) {
    return stopping ? CompletableFuture.failedFuture(STOPPED.exception(null)) : query.ask(endpoint);
  }

  @Override
  public CompletionStage<HealthBoard.Status> health(NodeId target, Duration timeout) {
    return stopping
        ? CompletableFuture.failedFuture(STOPPED.exception(null))
        : healthQuery.ask(target, timeout);
  }

  @Override
  public CompletionStage<Message> request(NodeId target, Message request) {
    return stopping
        ? CompletableFuture.failedFuture(STOPPED.exception(null))
        : peers.of(target, request).request(request);
  }

  @Override
  public void send(NodeId target, Message message) {
    if (stopping) {
      throw STOPPED.exception(null);
    }
    peers.of(target, message).send(message);
  }

  @Override
  public void flush() {
    peers.all().forEach(Peer::flush);
  }

  @Override
  public List<PeerStatus> peers() {
    return peers.status();
  }

  @Override
  public Connections connections() {
    return peers;
  }

  @Override
  public void measure(TransportMeter meter) {
    shared.counters().measure(meter);
  }

  @Override
  public RetryBudget repetitions() {
    return repetitions;
  }

  @Override
  public TransportCounts counts() {
    return shared.counters().read();
  }

  @Override
  public void forget(NodeId target) {
    peers.forget(
        target, Refusal.unavailable("node %s has left the cluster".formatted(target), null));
  }

  @Override
  public boolean drain(Duration bound) {
    long end = shared.environment().nanoTime() + bound.toNanos();
    health.stop();
    InboundStreams inbound = streams;
    if (inbound != null) {
      inbound.drain();
      // What has just come in may have to ask others yet.
      await(() -> inbound.unanswered() == 0, end);
    }
    stopping = true;
    peers.stop(STOPPED);
    boolean answered = await(() -> nothingUnanswered(inbound), end);
    peers.all().forEach(peer -> peer.leave(LEAVING));
    if (inbound != null) {
      inbound.leave(LEAVING);
    }
    // Who has heard no goodbye does not know what became of its requests.
    await(
        () -> nothingQueued(inbound),
        Math.max(end, shared.environment().nanoTime() + LAST_WORDS.toNanos()));
    log.info("transport=drained answered={}", answered);
    return answered;
  }

  private boolean nothingUnanswered(@Nullable InboundStreams inbound) {
    return peers.all().stream().allMatch(peer -> peer.unanswered() == 0)
        && (inbound == null || inbound.unanswered() == 0);
  }

  private boolean nothingQueued(@Nullable InboundStreams inbound) {
    return peers.all().stream().noneMatch(Peer::hasQueued)
        && (inbound == null || !inbound.hasQueued());
  }

  private boolean await(BooleanSupplier reached, long end) {
    CountDownLatch latch = new CountDownLatch(1);
    Cancellable looks =
        shared
            .environment()
            .scheduleRepeatedly(
                DRAIN_LOOKS,
                () -> {
                  if (reached.getAsBoolean()) {
                    latch.countDown();
                  }
                });
    try {
      long left = Math.max(0, end - shared.environment().nanoTime());
      return reached.getAsBoolean() || latch.await(left, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      looks.cancel();
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    stopping = true;
    moves.cancel();
    health.stop();
    InboundStreams inbound = streams;
    if (inbound != null) {
      inbound.close();
    }
    peers.close(STOPPED);
    Listeners started = listeners;
    if (started != null) {
      // Long enough for the last words on the streams to leave, where the other end reads.
      started.close(LAST_WORDS);
    }
    shared.io().close();
    log.info("transport=closed cluster={}", shared.identity().cluster());
  }
}
