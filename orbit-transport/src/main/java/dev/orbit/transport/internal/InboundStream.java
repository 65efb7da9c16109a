package dev.orbit.transport.internal;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.BadMessage;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.MessageDecoder;
import dev.orbit.proto.Payload;
import dev.orbit.transport.internal.tls.Tls;
import dev.orbit.transport.security.PeerPrincipal;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream that another end has opened: requests come in, answers go out.
 *
 * <p>An end that greets is Orbit's own and gets batches if it takes them; one that does not is a
 * foreign client and gets each message for itself. Each request is answered at most once, whatever
 * the handler does. Thread-safe.
 */
final class InboundStream extends ServerCall.Listener<Frame> implements MessageDecoder.Receiver {
  private static final Logger log = LoggerFactory.getLogger(InboundStream.class);

  /** What a refusal for want of room advises. */
  private static final Duration RETRY_WHEN_FULL = Duration.ofMillis(20);

  private final Shared shared;
  private final InboundStreams streams;
  private final ServerCall<Frame, Frame> call;
  private final Loop loop;
  private final Replies replies;
  private final String remote;

  /** What the other end has proven; null without TLS. */
  private final @Nullable PeerPrincipal proven;

  private volatile @Nullable Cancellable expiry;

  // Only for the listener.
  private boolean begun;
  private int consumed;
  private String peer = "a client";
  private Content.Succession succession = Content.Succession.NONE;
  private @Nullable Session session;

  InboundStream(Shared shared, InboundStreams streams, ServerCall<Frame, Frame> call) {
    this.shared = shared;
    this.streams = streams;
    this.call = call;
    this.loop = shared.io().currentLoop();
    this.replies = new Replies(shared, streams, call, loop);
    this.remote = replies.remoteAddress();
    this.proven = replies.principal().orElse(null);
  }

  /** Opens this end. */
  void start() {
    replies.start();
    call.request(Shared.PREFETCH);
    Tls tls = shared.io().tls();
    PeerPrincipal end = proven;
    if (tls != null && end != null) {
      expiry =
          tls.whenExpired(
              end,
              () ->
                  replies.closeWith(
                      Status.UNAUTHENTICATED.withDescription(
                          "%s: the certificate of %s has expired"
                              .formatted(ErrorCode.UNAUTHENTICATED, end))));
    }
    log.debug("stream={} opened", remote);
  }

  Replies replies() {
    return replies;
  }

  @Override
  public void onMessage(Frame frame) {
    if (!replies.isOpen()) {
      return;
    }
    if (frame instanceof Frame.Arrived(InputStream bytes)) {
      shared.environment().together(() -> read(bytes));
    }
    consumed++;
    if (consumed >= Shared.PREFETCH / 2) {
      call.request(consumed);
      consumed = 0;
    }
  }

  private void read(InputStream bytes) {
    try {
      loop.read(bytes, shared.config().maxMessageBytes(), this);
    } catch (Loop.BadFrame e) {
      String what =
          e.isTooLarge()
              ? "%s; the largest allowed is %d (transport maxMessageBytes)"
                  .formatted(e.getMessage(), shared.config().maxMessageBytes())
              : "not a MessageProto: " + e.getMessage();
      streams.complaints().warn("stream=%s closed: it sent %s".formatted(remote, what));
      replies.closeWith(
          e.isTooLarge()
              ? Status.RESOURCE_EXHAUSTED.withDescription(ErrorCode.MESSAGE_TOO_LARGE + ": " + what)
              : Status.INVALID_ARGUMENT.withDescription(
                  ErrorCode.PROTOCOL_VIOLATION + ": " + what));
    }
  }

  @Override
  public void message(Message arrived) {
    if (!replies.isOpen()) {
      // What follows in one frame on what closed the stream.
      return;
    }
    Message message = whole(arrived);
    if (message == null) {
      return;
    }
    boolean first = !begun;
    begun = true;
    if (!ClientContents.maySend(message.content()) && proven != null && !proven.isNode()) {
      refuse(message);
      return;
    }
    switch (message.content()) {
      case Content.Hello hello when first -> greet(message.id(), hello);
      case Content.Hello _ -> log.debug("stream={} peer={} greeted again; ignored", remote, peer);
      case Content.InvocationRequest request -> {
        if (request.oneWay()) {
          handOverOneWay(message);
        } else {
          handOver(message);
        }
      }
      case Content.InfoRequest _,
          Content.EntriesRequest _,
          Content.DirectoryRequest _,
          Content.LeaseRequest _,
          Content.GroupRequest _ ->
          handOver(message);
      case Content.Cancel(long cancelled) -> {
        replies.cancelled(cancelled);
        handOverOneWay(message);
      }
      case Content.WaitProbe _, Content.LocationHint _, Content.Credit _ -> handOverOneWay(message);
      case Content.Chunk _, Content.Transfer _ -> bulk(message);
      case Content.Goodbye(String reason) ->
          log.debug("stream={} peer={} goodbye: {}", remote, peer, reason);
      case Content.InvocationResponse _,
          Content.InvocationError _,
          Content.Failure _,
          Content.InfoResponse _,
          Content.EntriesResponse _,
          Content.EntriesRefused _,
          Content.DirectoryResponse _,
          Content.LeaseResponse _,
          Content.GroupResponse _,
          Content.Batch _ ->
          log.debug(
              "stream={} peer={} messageId={} kind={} ignored: this end has not asked",
              remote,
              peer,
              message.id(),
              message.content().getClass().getSimpleName());
    }
  }

  @Override
  public boolean isOpen() {
    return replies.isOpen();
  }

  @Override
  public void bad(BadMessage bad) {
    begun = true;
    ProtocolException error = bad.error();
    streams
        .complaints()
        .warn(
            "stream=%s peer=%s messageId=%d %s"
                .formatted(remote, peer, bad.id(), error.description()));
    switch (bad.role()) {
      case REQUEST ->
          replies.answerDirectly(
              bad.id(), new Content.Failure(error.description(), Optional.of(error.code())));
      case ANSWER, NOTICE -> {}
    }
  }

  private void greet(long id, Content.Hello hello) {
    boolean client = hello.node().isEmpty();
    peer = hello.node().map(NodeId::toString).orElse("a client");
    if (!shared.identity().accepts(hello.cluster(), client)) {
      String why =
          "this is cluster '%s', and %s at %s belongs to cluster '%s'"
              .formatted(shared.identity().cluster(), peer, remote, hello.cluster());
      streams.complaints().warn("stream=%s refused: %s".formatted(remote, why));
      replies.answerDirectly(id, new Content.Failure(why, Optional.of(ErrorCode.WRONG_CLUSTER)));
      replies.finishWith(
          Status.FAILED_PRECONDITION.withDescription(ErrorCode.WRONG_CLUSTER + ": " + why));
      return;
    }
    if (proven != null && !client && !hello.node().equals(proven.node())) {
      String why = "%s has not proven to be node %s".formatted(proven, peer);
      audit(ErrorCode.UNAUTHENTICATED, "to greet as node " + peer);
      replies.answerDirectly(id, new Content.Failure(why, Optional.of(ErrorCode.UNAUTHENTICATED)));
      replies.finishWith(
          Status.UNAUTHENTICATED.withDescription(ErrorCode.UNAUTHENTICATED + ": " + why));
      return;
    }
    succession = hello.succession();
    boolean taken =
        streams
            .successions()
            .take(
                succession,
                this,
                () -> {
                  replies.greet(hello);
                  join(hello);
                  log.debug("stream={} peer={} greeted", remote, peer);
                });
    if (!taken) {
      replies.closeWith(
          Status.ABORTED.withDescription(
              "%s has opened a later stream in place of this one".formatted(peer)));
    }
  }

  private void bulk(Message message) {
    Session joined = session;
    if (joined != null) {
      joined.transfers().heard(message);
    } else if (message.content() instanceof Content.Chunk) {
      replies.answerDirectly(
          message.id(),
          new Content.Failure(
              "this stream is of no session: it takes no payload in parts",
              Optional.of(ErrorCode.UNSUPPORTED_MESSAGE)));
    }
  }

  private void join(Content.Hello hello) {
    if (succession.session() != 0) {
      Session joined = streams.sessions().join(succession, replies.principal());
      session = joined;
      replies.belongTo(joined, hello.bulk());
    }
  }

  /** Whether both streams are of ends that have proven to be the same, or nothing. */
  boolean isOfSameEnd(InboundStream other) {
    return Sessions.identity(replies.principal())
        .equals(Sessions.identity(other.replies.principal()));
  }

  /**
   * Ends this stream, because its end has opened another in its place.
   *
   * @param andThen run on any thread when nothing more is taken from it
   */
  void giveWay(Runnable andThen) {
    onLoop(
        () -> {
          replies.closeWith(
              Status.ABORTED.withDescription("its end has opened another stream in its place"));
          andThen.run();
        });
  }

  /** Runs the task on the loop of this stream. */
  void onLoop(Runnable task) {
    if (loop.isCurrent()) {
      task.run();
    } else {
      loop.executeInAnyCase(task);
    }
  }

  /** The message with its payload, wherever that has come; null if it is lost, and answered. */
  private @Nullable Message whole(Message message) {
    Payload payload = message.payload();
    if (payload == null || payload.transfer() == 0) {
      return message;
    }
    Session joined = session;
    Message whole = joined == null ? null : joined.transfers().whole(message);
    if (whole == null
        && !(message.content() instanceof Content.InvocationRequest request && request.oneWay())) {
      replies.answerDirectly(
          message.id(),
          Refusal.answer(
              message,
              ErrorCode.NODE_UNAVAILABLE,
              "the connection that carried the arguments broke before they were used",
              Optional.of(RETRY_WHEN_FULL)));
    }
    return whole;
  }

  private void refuse(Message message) {
    String what = message.content().getClass().getSimpleName();
    audit(ErrorCode.ACCESS_DENIED, "to send " + what);
    replies.answerDirectly(
        message.id(),
        new Content.Failure(
            "%s is no node, and only nodes send %s".formatted(proven, what),
            Optional.of(ErrorCode.ACCESS_DENIED)));
  }

  private void audit(ErrorCode code, String what) {
    Tls tls = shared.io().tls();
    if (tls != null) {
      tls.audit().refused(code, String.valueOf(proven), remote, what);
    }
  }

  private void handOver(Message message) {
    long id = message.id();
    if (!replies.open(id)) {
      replies.answerDirectly(
          id,
          new Content.Failure(
              "message id %d is of a request that has no answer yet".formatted(id),
              Optional.of(ErrorCode.PROTOCOL_VIOLATION)));
      return;
    }
    // Opened before the look at whether this node drains: one of the two sees the other.
    if (streams.isDraining()) {
      replies.reply(
          id,
          Refusal.answer(
              message,
              ErrorCode.SHUTTING_DOWN,
              "this node is stopping; ask another",
              Optional.empty()),
          null);
    } else if (replies.unanswered() > shared.config().maxInFlight()) {
      String why =
          "%d requests of this stream have no answer yet (transport maxInFlight)"
              .formatted(replies.unanswered() - 1);
      replies.reply(
          id,
          Refusal.answer(message, ErrorCode.OVERLOADED, why, Optional.of(RETRY_WHEN_FULL)),
          null);
    } else if (message.content() instanceof Content.InfoRequest(boolean loadOnly) && !loadOnly) {
      answerInfo(message);
    } else {
      handle(message);
    }
  }

  private void handOverOneWay(Message message) {
    if (!streams.isDraining()) {
      handle(message);
    }
  }

  private void answerInfo(Message message) {
    try {
      replies.reply(message.id(), streams.info().get(), null);
    } catch (RuntimeException e) {
      failed(message, e);
    }
  }

  private void handle(Message message) {
    try {
      streams.handler().onMessage(message, replies);
    } catch (RuntimeException e) {
      failed(message, e);
    } catch (Error e) {
      log.error("stream={} peer={} messageId={} the handler failed", remote, peer, message.id(), e);
      failed(message, e);
    }
  }

  private void failed(Message message, Throwable thrown) {
    if (thrown instanceof OrbitException refused) {
      replies.reply(
          message.id(),
          Refusal.answer(message, refused.code(), refused.description(), Optional.empty()),
          null);
      return;
    }
    streams
        .complaints()
        .warn(
            "stream=%s peer=%s messageId=%d the handler threw %s"
                .formatted(remote, peer, message.id(), thrown));
    log.debug("stream={} messageId={} the handler threw", remote, message.id(), thrown);
    // Without a code: whether it had begun to run is not known here.
    String why = "the node failed to handle the message: " + thrown;
    Content answer =
        message.content() instanceof Content.InvocationRequest
            ? new Content.InvocationError(
                why,
                "",
                Optional.empty(),
                Optional.of(thrown.getClass().getName()),
                Optional.empty())
            : new Content.Failure(why, Optional.empty());
    replies.reply(message.id(), answer, null);
  }

  @Override
  public void onHalfClose() {
    replies.noMoreRequests();
  }

  @Override
  public void onReady() {
    replies.wake();
  }

  @Override
  public void onCancel() {
    ended("broken");
  }

  @Override
  public void onComplete() {
    ended("complete");
  }

  private void ended(String how) {
    Cancellable timer = expiry;
    if (timer != null) {
      timer.cancel();
    }
    replies.ended();
    streams.successions().leave(succession, this);
    Session left = session;
    if (left != null) {
      left.ended(replies);
      streams.sessions().leave(succession, replies.principal());
    }
    streams.remove(this);
    log.debug("stream={} peer={} {}", remote, peer, how);
  }
}
