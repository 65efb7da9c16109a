package dev.orbit.transport.internal;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.BadMessage;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.MessageDecoder;
import dev.orbit.transport.CompressionConfig.Algorithm;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to connect to a peer and, if it succeeds, the stream: a channel with one connection
 * and one call, which live and end together. Nothing but the greeting is sent before the other
 * end's greeting has been checked, so that what a peer of another cluster was to get surely was not
 * run.
 *
 * <p>Thread-safe; {@link #write} belongs to the one who empties the outbox.
 */
final class PeerStream extends ClientCall.Listener<Frame> implements Wire, MessageDecoder.Receiver {
  private static final Logger log = LoggerFactory.getLogger(PeerStream.class);

  private final Shared shared;
  private final Peer peer;
  private final NodeId node;
  private final boolean beside;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable ManagedChannel channel;
  private volatile @Nullable ClientCall<Frame, Frame> call;
  private volatile @Nullable Cancellable timeout;
  private volatile String where = "an endpoint not known yet";
  private volatile boolean goodbye;

  // Written by the listener before the peer attaches the stream to its outbox.
  private boolean greeted;
  private volatile boolean takesBatches;
  private volatile int maxMessageBytes;
  private volatile Content.Bulk bulk = Content.Bulk.NONE;
  private volatile Algorithm deflating = Algorithm.NONE;

  // Only for the listener, on the loop.
  private int consumed;
  private @Nullable Refusal refusal;

  /**
   * What came in on another thread and is on its way to the loop, before which nothing else goes.
   */
  private final AtomicInteger detoured = new AtomicInteger();

  PeerStream(Shared shared, Peer peer) {
    this(shared, peer, false);
  }

  private PeerStream(Shared shared, Peer peer, boolean beside) {
    this.beside = beside;
    this.shared = shared;
    this.peer = peer;
    this.node = peer.node();
    this.maxMessageBytes = shared.config().maxMessageBytes();
  }

  /** An attempt beside a stream that is used until this one has been greeted, and some time on. */
  static PeerStream beside(Shared shared, Peer peer) {
    return new PeerStream(shared, peer, true);
  }

  /** Begins the attempt; how it ended is told to the peer. */
  void dial() {
    timeout =
        shared
            .environment()
            .schedule(
                shared.config().connectTimeout(),
                () ->
                    close(
                        Refusal.unavailable(
                            "node %s at %s did not answer within %s (transport connectTimeout)"
                                .formatted(node, where, shared.config().connectTimeout()),
                            null)));
    shared.environment().virtualThreads().execute(this::open);
  }

  private void open() {
    Optional<Endpoint> endpoint;
    try {
      endpoint = shared.resolver().resolveNode(node);
    } catch (RuntimeException e) {
      log.warn("peer={} the node resolver failed", node, e);
      close(Refusal.unavailable("the node resolver failed for node %s: %s".formatted(node, e), e));
      return;
    }
    if (endpoint.isEmpty()) {
      close(
          Refusal.unavailable(
              "the node resolver knows no endpoint of node %s".formatted(node), null));
      return;
    }
    where = endpoint.get().toString();
    InetSocketAddress address = new InetSocketAddress(endpoint.get().host(), endpoint.get().port());
    if (address.isUnresolved()) {
      close(
          Refusal.unavailable(
              "node %s: the host name in %s is not known to the system".formatted(node, where),
              null));
      return;
    }
    if (!closed.get()) {
      start(address);
    }
  }

  private void start(InetSocketAddress address) {
    log.debug("peer={} endpoint={} connecting", node, where);
    try {
      ManagedChannel opened = shared.io().nearestChannel(address, peer.loop());
      channel = opened;
      ClientCall<Frame, Frame> started =
          shared
              .io()
              .expecting(node, opened)
              .newCall(
                  shared.openStream(),
                  CallOptions.DEFAULT.withOnReadyThreshold(NettyIo.READY_BYTES));
      // Before it starts: the listener may hear from the other end before start returns.
      call = started;
      started.start(this, new Metadata());
      Outgoing hello = shared.hello(shared.generations().next(peer.lane(), beside));
      started.sendMessage(OutFrame.of(hello, shared.environment().nanoTime()));
      started.request(Shared.PREFETCH);
    } catch (RuntimeException e) {
      close(Refusal.unavailable("node %s at %s: %s".formatted(node, where, e), e));
    }
    if (closed.get()) {
      release();
    }
  }

  /** Ends the stream, whatever it is at; {@code why} is told to those who wait. Idempotent. */
  void close(Refusal why) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    log.debug("peer={} endpoint={} closed: {}", node, where, why.description());
    Cancellable timer = timeout;
    if (timer != null) {
      timer.cancel();
    }
    release();
    // On the loop, between two frames: then it is known of each message whether it was handed over.
    if (peer.loop().isCurrent() && peer.loop().mayWrite()) {
      peer.streamIsClosed(this, why);
    } else {
      peer.loop().executeInAnyCase(() -> peer.streamIsClosed(this, why));
    }
  }

  private void release() {
    ClientCall<Frame, Frame> started = call;
    if (started != null) {
      try {
        started.cancel("closed by this end", null);
      } catch (IllegalStateException e) {
        // Not started yet: whoever is about to start it looks whether it was closed.
        log.debug("peer={} endpoint={} closed before it began", node, where, e);
      }
    }
    ManagedChannel opened = channel;
    if (opened != null) {
      opened.shutdownNow();
    }
  }

  /** Sends nothing more. Belongs to the one who empties the outbox. */
  void halfClose() {
    ClientCall<Frame, Frame> started = call;
    if (started != null && !closed.get()) {
      started.halfClose();
    }
  }

  /** The endpoint that it leads to, for people. */
  String where() {
    return where;
  }

  /** What the other end takes in parts. */
  Content.Bulk bulk() {
    return bulk;
  }

  /** Whether the other end has said that it leaves. */
  boolean saidGoodbye() {
    return goodbye;
  }

  // The sending side.

  @Override
  public boolean isReady() {
    ClientCall<Frame, Frame> started = call;
    return started != null && !closed.get() && started.isReady();
  }

  @Override
  public boolean takesBatches() {
    return takesBatches;
  }

  @Override
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  @Override
  public boolean write(OutFrame frame) {
    ClientCall<Frame, Frame> started = call;
    if (started == null || closed.get()) {
      return false;
    }
    try {
      peer.loop().deflate(frame, deflating);
      started.sendMessage(frame);
    } catch (RuntimeException e) {
      close(
          Refusal.unavailable(
              "the stream to node %s at %s failed: %s".formatted(node, where, e), e));
    }
    return frame.wasTaken();
  }

  @Override
  public void onReady() {
    peer.wake(this);
  }

  // The receiving side.

  /**
   * Nearly always called on the loop. While gRPC hands what it held back over to a stream that has
   * just been made, the thread that does so calls it.
   */
  @Override
  public void onMessage(Frame frame) {
    if (peer.loop().isCurrent() && detoured.get() == 0) {
      take(frame);
      return;
    }
    // The bytes are there only until this returns.
    Frame kept = frame instanceof Frame.Arrived arrived ? copyOf(arrived) : frame;
    detour(() -> take(kept));
  }

  private void detour(Runnable task) {
    detoured.incrementAndGet();
    peer.loop()
        .executeInAnyCase(
            () -> {
              try {
                task.run();
              } finally {
                detoured.decrementAndGet();
              }
            });
  }

  private Frame copyOf(Frame.Arrived arrived) {
    try {
      // One byte more than allowed is enough to be refused.
      byte[] bytes = arrived.bytes().readNBytes(shared.config().maxMessageBytes() + 1);
      shared.counters().copiesIn.copied(bytes.length);
      return new Frame.Arrived(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void take(Frame frame) {
    if (frame instanceof Frame.Arrived arrived && !closed.get()) {
      peer.heard(arrived.size());
      read(arrived.bytes());
    }
    consumed++;
    ClientCall<Frame, Frame> started = call;
    if (started != null && consumed >= Shared.PREFETCH / 2) {
      started.request(consumed);
      consumed = 0;
    }
  }

  private void read(InputStream bytes) {
    try {
      peer.loop().read(bytes, shared.config().maxMessageBytes(), this);
    } catch (Loop.BadFrame e) {
      String what =
          e.isTooLarge()
              ? "%s; the largest allowed is %d (transport maxMessageBytes)"
                  .formatted(e.getMessage(), shared.config().maxMessageBytes())
              : "what is not a message: " + e.getMessage();
      close(
          new Refusal(
              ErrorCode.PROTOCOL_VIOLATION,
              "node %s at %s sent %s".formatted(node, where, what),
              null));
    }
  }

  @Override
  public void message(Message message) {
    if (closed.get()) {
      return;
    }
    if (!greeted) {
      greet(message);
      return;
    }
    switch (message.content()) {
      case Content.InvocationResponse _,
          Content.InvocationError _,
          Content.Failure _,
          Content.InfoResponse _,
          Content.EntriesResponse _,
          Content.EntriesRefused _,
          Content.DirectoryResponse _,
          Content.LeaseResponse _,
          Content.GroupResponse _ ->
          peer.answered(message);
      case Content.Goodbye(String reason) -> {
        goodbye = true;
        peer.goodbye(this, reason);
        close(Refusal.unavailable("node %s has left: %s".formatted(node, reason), null));
      }
      case Content.InvocationRequest _,
          Content.InfoRequest _,
          Content.EntriesRequest _,
          Content.DirectoryRequest _,
          Content.LeaseRequest _,
          Content.GroupRequest _ ->
          peer.refuse(message.id());
      case Content.Chunk _, Content.Transfer _ -> peer.bulk().transfers().heard(message);
      case Content.Hello _,
          Content.Batch _,
          Content.Credit _,
          Content.Cancel _,
          Content.LocationHint _,
          Content.WaitProbe _ ->
          log.debug("peer={} ignored: {}", node, message.content().getClass().getSimpleName());
    }
  }

  @Override
  public boolean isOpen() {
    return !closed.get();
  }

  @Override
  public void bad(BadMessage bad) {
    log.debug("peer={} messageId={} {}", node, bad.id(), bad.error().description());
    if (!greeted) {
      close(new Refusal(bad.error().code(), bad.error().description(), bad.error()));
      return;
    }
    switch (bad.role()) {
      case ANSWER -> peer.answeredBadly(bad);
      case REQUEST -> peer.refuse(bad.id());
      case NOTICE -> {}
    }
  }

  private void greet(Message message) {
    Content content = message.content();
    if (content instanceof Content.Hello hello) {
      Refusal objection = objection(hello);
      if (objection == null) {
        beginWith(hello);
      } else {
        close(objection);
      }
    } else if (content instanceof Content.Failure(String description, Optional<ErrorCode> code)) {
      // Comes before the status of the stream, and says more.
      refusal =
          new Refusal(
              code.filter(c -> c.number() / 1000 == 4).orElse(ErrorCode.NODE_UNAVAILABLE),
              "node %s at %s refused the connection: %s".formatted(node, where, description),
              null);
    } else if (content instanceof Content.Goodbye(String reason)) {
      close(Refusal.unavailable("node %s at %s leaves: %s".formatted(node, where, reason), null));
    } else {
      close(
          new Refusal(
              ErrorCode.PROTOCOL_VIOLATION,
              "%s did not greet but sent %s; is it a node of Orbit?"
                  .formatted(where, content.getClass().getSimpleName()),
              null));
    }
  }

  private void beginWith(Content.Hello hello) {
    greeted = true;
    takesBatches = hello.takesBatches();
    deflating = shared.deflating(hello);
    bulk = hello.bulk();
    if (hello.maxMessageBytes() > 0) {
      maxMessageBytes = Math.min(shared.config().maxMessageBytes(), hello.maxMessageBytes());
    }
    Cancellable timer = timeout;
    if (timer != null) {
      timer.cancel();
    }
    peer.streamIsUp(this);
  }

  private @Nullable Refusal objection(Content.Hello hello) {
    if (!shared.identity().accepts(hello.cluster(), false)) {
      return new Refusal(
          ErrorCode.WRONG_CLUSTER,
          "%s belongs to cluster '%s', this process to cluster '%s'; check the endpoint of node %s"
              .formatted(where, hello.cluster(), shared.identity().cluster(), node),
          null);
    }
    if (!hello.node().equals(Optional.of(node))) {
      return Refusal.unavailable(
          "%s is no longer node %s but %s; the resolver's answer is out of date"
              .formatted(where, node, hello.node().map(NodeId::toString).orElse("a client")),
          null);
    }
    return null;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (peer.loop().isCurrent() && detoured.get() == 0) {
      ended(status);
    } else {
      detour(() -> ended(status));
    }
  }

  private void ended(Status status) {
    Refusal known = refusal;
    close(known != null ? known : Refusal.of(status, "node %s at %s".formatted(node, where)));
  }
}
