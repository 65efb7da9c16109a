package dev.orbit.transport.internal;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.transport.CompressionConfig.Algorithm;
import dev.orbit.transport.ReplySink;
import dev.orbit.transport.internal.tls.PeerGate;
import dev.orbit.transport.security.PeerPrincipal;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back on a stream that another end has opened. It knows which requests have no answer, so
 * that each gets at most one. Thread-safe.
 */
final class Replies implements ReplySink, Wire, Outbox.Unwritten, Transfers.Owner {
  private static final Logger log = LoggerFactory.getLogger(Replies.class);

  /** Nobody asks when an answer was queued. */
  private static final Outgoing.Times NO_DEADLINE = new Outgoing.Times(0, 0);

  private static final Outgoing.Times URGENT = new Outgoing.Times(0, 0, true);

  private final Shared shared;
  private final InboundStreams streams;
  private final ServerCall<Frame, Frame> call;
  private final String remote;
  private final Optional<PeerPrincipal> principal = PeerGate.caller();
  private final Loop loop;
  private final Outbox outbox;

  /** The requests that were given to the handler and have no answer. */
  private final OpenRequests open = new OpenRequests();

  /** As many as {@link #open} has, except that one counts until its answer is in the outbox. */
  private final AtomicInteger unanswered = new AtomicInteger();

  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean halfClosed;

  /** Why the goodbye is said that follows the last answer; null while nobody leaves. */
  private volatile @Nullable String leaving;

  private volatile @Nullable Session session;
  private volatile boolean takesBatches;
  private volatile boolean fromNode;
  private volatile int maxMessageBytes;
  private volatile Algorithm deflating = Algorithm.NONE;

  /** Belongs to the one who empties the outbox. */
  private volatile boolean callIsClosed;

  Replies(Shared shared, InboundStreams streams, ServerCall<Frame, Frame> call, Loop loop) {
    this.shared = shared;
    this.streams = streams;
    this.call = call;
    this.loop = loop;
    this.remote = PeerGate.addressOf(call);
    this.maxMessageBytes = shared.config().maxMessageBytes();
    // An end may have so many requests open, and then gets as many answers, perhaps all at once.
    int answers = Math.max(shared.config().maxQueuedMessages(), shared.config().maxInFlight());
    this.outbox = new Outbox(shared.config(), answers, loop, shared.environment()::nanoTime, this);
  }

  void start() {
    call.setOnReadyThreshold(NettyIo.READY_BYTES);
    call.sendHeaders(new Metadata());
    outbox.attach(this);
  }

  /** Greets an end that has greeted. */
  void greet(Content.Hello hello) {
    fromNode = hello.node().isPresent();
    if (hello.maxMessageBytes() > 0) {
      maxMessageBytes = Math.min(shared.config().maxMessageBytes(), hello.maxMessageBytes());
    }
    // In the outbox before batches are: the greeting must come first, and by itself.
    outbox.offer(shared.hello(Content.Succession.NONE));
    takesBatches = hello.takesBatches();
    deflating = shared.deflating(hello);
    outbox.wake();
  }

  /** It is one of that session's streams. */
  void belongTo(Session joined, Content.Bulk takes) {
    session = joined;
    joined.greeted(this, takes);
  }

  /** Carries these payloads from now on. */
  void carry(Outbox.Source payloads) {
    outbox.feedFrom(payloads);
  }

  /** A request has come that wants an answer; false if one of that id is open already. */
  boolean open(long id) {
    boolean added = open.add(id);
    if (added) {
      unanswered.incrementAndGet();
    }
    return added;
  }

  /** The one who asked no longer listens, so that an answer would be lost on it. */
  void cancelled(long id) {
    if (open.remove(id)) {
      unanswered.decrementAndGet();
      finishIfDone();
      leaveIfDone();
    }
  }

  /** A client may have sent all it wants to send and still wait for answers. */
  void noMoreRequests() {
    halfClosed = true;
    finishIfDone();
  }

  private void finishIfDone() {
    if (halfClosed && unanswered.get() == 0) {
      finishWith(Status.OK);
    }
  }

  void wake() {
    outbox.wake();
  }

  @Override
  public void reply(long messageId, Content content, @Nullable Payload payload) {
    if (!open.remove(messageId)) {
      log.debug(
          "stream={} messageId={} dropped: cancelled, answered, or the stream is over",
          remote,
          messageId);
      return;
    }
    if (payload != null && goesInParts(messageId, content, payload)) {
      return;
    }
    put(encoded(messageId, content, payload));
    answered();
  }

  private void answered() {
    // After the answer is in the outbox: a goodbye comes after all answers.
    unanswered.decrementAndGet();
    finishIfDone();
    leaveIfDone();
  }

  /** Sends a large result by the stream for those; false if it has to go whole. */
  private boolean goesInParts(long id, Content content, Payload payload) {
    Session joined = session;
    if (joined == null
        || !(content instanceof Content.InvocationResponse)
        || !joined.splits(payload.bytes().length)) {
      return false;
    }
    Transfers transfers = joined.transfers().out();
    Outgoing answer = outgoing(id, content, payload);
    answer.carriedBy(transfers.nextId());
    if (!transfers.offer(answer.transfer(), answer, payload, this)) {
      return false;
    }
    if (!joined.hasCarrier()) {
      put(outgoing(0, new Content.Transfer(answer.transfer(), Content.TransferStep.WANTED), null));
      var _ =
          shared
              .environment()
              .schedule(shared.config().connectTimeout(), () -> transfers.goWhole(answer));
    }
    joined.wake();
    return true;
  }

  @Override
  public void arrived(Outgoing answer) {
    put(answer);
    answered();
  }

  @Override
  public void goesWhole(Outgoing answer, byte[] payload) {
    answer.carriesItself(payload);
    put(
        answer.bytes() <= maxMessageBytes
            ? answer
            : unanswerable(
                answer.id(),
                new Content.InvocationResponse(""),
                "the answer has %d bytes; without a connection for large ones the largest allowed is %d (transport maxMessageBytes)"
                    .formatted(answer.bytes(), maxMessageBytes)));
    answered();
  }

  @Override
  public void failed(Outgoing answer, byte[] payload, Refusal why) {
    goesWhole(answer, payload);
  }

  /** An answer to what was never handed over. */
  void answerDirectly(long id, Content content) {
    put(encoded(id, content, null));
  }

  private Outgoing encoded(long id, Content content, @Nullable Payload payload) {
    try {
      Outgoing answer = outgoing(id, content, payload);
      if (answer.bytes() <= maxMessageBytes) {
        return answer;
      }
      return unanswerable(
          id,
          content,
          "the answer has %d bytes; the largest allowed is %d (transport maxMessageBytes)"
              .formatted(answer.bytes(), maxMessageBytes));
    } catch (ProtocolException e) {
      log.warn(
          "stream={} messageId={} the answer cannot be written: {}", remote, id, e.description());
      return unanswerable(id, content, "the answer cannot be written: " + e.description());
    }
  }

  private Outgoing outgoing(long id, Content content, @Nullable Payload payload) {
    Message message = new Message(id, null, null, content, 0, Headers.NONE, payload);
    return Outgoing.oneWay(
        id, shared.envelope(message), payload, Shared.isUrgent(content) ? URGENT : NO_DEADLINE);
  }

  /** The request was run, so that the caller must not hear that it was not. */
  private Outgoing unanswerable(long id, Content content, String why) {
    boolean invocation =
        content instanceof Content.InvocationResponse || content instanceof Content.InvocationError;
    Content substitute =
        invocation
            ? new Content.InvocationError(
                why, "", Optional.of(ErrorCode.BAD_RESULT), Optional.empty(), Optional.empty())
            : new Content.Failure(why, Optional.of(ErrorCode.BAD_RESULT));
    return outgoing(id, substitute, null);
  }

  private void put(Outgoing message) {
    if (closed.get()) {
      return;
    }
    if (outbox.offer(message)) {
      outbox.wake();
      return;
    }
    String why =
        "%s: %d answers of %d bytes wait because this end does not read them (transport maxQueuedMessages or maxQueuedBytes)"
            .formatted(ErrorCode.OVERLOADED, outbox.messages(), outbox.bytes());
    streams.complaints().warn("stream=%s closed: %s".formatted(remote, why));
    closeWith(Status.RESOURCE_EXHAUSTED.withDescription(why));
  }

  /**
   * Says goodbye and ends the stream as soon as everything on it is answered: also what comes at
   * this moment and is refused because the node leaves.
   */
  void leave(String reason) {
    leaving = reason;
    leaveIfDone();
  }

  private void leaveIfDone() {
    String reason = leaving;
    if (reason == null || unanswered.get() > 0 || !closed.compareAndSet(false, true)) {
      return;
    }
    outbox.offerLast(shared.alone(new Content.Goodbye(reason)));
    outbox.finish(() -> closeCall(Status.UNAVAILABLE.withDescription(reason)));
  }

  /** Ends the stream once all answers are written. */
  void finishWith(Status status) {
    if (closed.compareAndSet(false, true)) {
      outbox.finish(() -> closeCall(status));
    }
  }

  /** Ends the stream at once. */
  void closeWith(Status status) {
    closed.set(true);
    outbox.abort(() -> closeCall(status));
  }

  private void closeCall(Status status) {
    if (!callIsClosed) {
      callIsClosed = true;
      call.close(status, new Metadata());
    }
  }

  /** The call is over, whoever ended it. */
  void ended() {
    closed.set(true);
    outbox.abort(() -> callIsClosed = true);
    open.clear();
    unanswered.set(0);
  }

  int unanswered() {
    return unanswered.get();
  }

  boolean hasQueued() {
    return outbox.hasMore() || (leaving != null && !callIsClosed);
  }

  @Override
  public boolean isOpen() {
    return !closed.get();
  }

  @Override
  public Optional<PeerPrincipal> principal() {
    return principal;
  }

  @Override
  public boolean isFromNode() {
    return fromNode;
  }

  @Override
  public String remoteAddress() {
    return remote;
  }

  @Override
  public boolean isReady() {
    return call.isReady();
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
    try {
      loop.deflate(frame, deflating);
      call.sendMessage(frame);
    } catch (RuntimeException e) {
      log.debug("stream={} broke while an answer was sent", remote, e);
    }
    // An answer has no other way than this stream.
    return true;
  }

  @Override
  public void expired(Outgoing message, long now) {
    throw new IllegalStateException("answers have no deadline");
  }

  @Override
  public void wrote(int messages, long bytes, long waitedNanos) {
    // How long they waited nobody knows.
    shared.counters().meter().wrote(messages, -1);
  }

  @Override
  public void tooLarge(Outgoing message, int limit) {
    log.warn(
        "stream={} messageId={} dropped, bytes={} limit={}",
        remote,
        message.id(),
        message.bytes(),
        limit);
  }
}
