package dev.orbit.transport.internal;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.proto.BadMessage;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.limits.CircuitBreaker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One remote node: what waits to be sent to it, what waits for its answers, and the link to it,
 * whose life is drawn in the package's description. Thread-safe.
 */
final class Peer implements Outbox.Unwritten, Outgoing.Owner {
  private static final Logger log = LoggerFactory.getLogger(Peer.class);

  private final Shared shared;
  private final NodeId node;
  private final int lane;
  private final DeadlineSweep sweep;
  private final Loop loop;
  private final Outbox outbox;
  private final InFlight inFlight;
  private final Tally tally;
  private final Connection connection;
  private final Pulse pulse;
  private final Ceiling ceiling;
  private final PeerErrors errors;
  private final BulkLane bulk;
  private final LargeSends large;
  private final AtomicLong ids = new AtomicLong();

  /**
   * A peer that nobody has asked for yet.
   *
   * @param bulk by which large payloads go to its node
   * @param lane which of the connections to the node it has
   * @param changed told after each change of the connection's state; must not block
   */
  Peer(Shared shared, BulkLane bulk, int lane, DeadlineSweep sweep, Runnable changed) {
    this.shared = shared;
    this.bulk = bulk;
    this.node = bulk.node();
    this.lane = lane;
    this.errors = new PeerErrors(node);
    this.sweep = sweep;
    this.loop = bulk.loopFor(lane);
    this.outbox =
        new Outbox(
            shared.config(),
            shared.config().maxQueuedMessages(),
            loop,
            shared.environment()::nanoTime,
            this,
            lane == BulkLane.CONNECTION
                ? Linger.NONE
                : new Linger(shared.config().batchLinger(), shared.environment()::schedule));
    this.inFlight = new InFlight(shared.config().maxInFlight(), shared.environment().nanoTime());
    this.tally = new Tally(shared.counters());
    this.pulse = new Pulse(shared, node, this::ask);
    this.ceiling = new Ceiling(shared.config(), errors);
    this.connection = new Connection(shared, this, outbox, tally, changed);
    this.large = new LargeSends(shared, outbox, inFlight, bulk, errors, this::entered);
    if (isBulk()) {
      outbox.feedFrom(bulk.out());
    }
  }

  /** By which large payloads go and come. */
  BulkLane bulk() {
    return bulk;
  }

  /** Whether it is the one that carries large payloads. */
  boolean isBulk() {
    return lane == BulkLane.CONNECTION;
  }

  /** Somebody needs the connection, and may have something to write. */
  void demand() {
    connection.demanded(shared.environment().nanoTime());
    entered();
  }

  NodeId node() {
    return node;
  }

  /** Which of the connections to the node it has. */
  int lane() {
    return lane;
  }

  /** How many requests wait for their answers. */
  int unanswered() {
    return inFlight.size();
  }

  /** Whether something waits to be written. */
  boolean hasQueued() {
    return outbox.hasMore();
  }

  /** The loop that all streams to this node run on, one after the other. */
  Loop loop() {
    return loop;
  }

  CompletionStage<Message> request(Message message) {
    tally.requested();
    try {
      long micros = message.headers().remainingMicros();
      long timeout =
          micros > 0
              ? TimeUnit.MICROSECONDS.toNanos(micros)
              : shared.config().requestTimeout().toNanos();
      refuseWhereNobodyIs();
      if (!pulse.admits(message.content())) {
        throw errors.silent(pulse.pause());
      }
      ceiling.check(message.content(), inFlight.size());
      Outgoing request =
          Outgoing.request(
              ids.incrementAndGet(),
              shared.envelope(message),
              message.payload(),
              new Outgoing.Times(
                  shared.environment().nanoTime(), timeout, Shared.isUrgent(message.content())),
              this);
      refuseIfTooLarge(message, request);
      if (!inFlight.add(request)) {
        throw errors.full(
            "%d requests to node %s are not answered yet".formatted(inFlight.size(), node),
            "maxInFlight");
      }
      enqueue(message, request);
      sweep.arm();
      return request;
    } catch (OrbitException e) {
      tally.failed();
      return CompletableFuture.failedFuture(e);
    }
  }

  void send(Message message) {
    long timeout = TimeUnit.MICROSECONDS.toNanos(message.headers().remainingMicros());
    refuseWhereNobodyIs();
    Outgoing outgoing =
        Outgoing.oneWay(
            ids.incrementAndGet(),
            shared.envelope(message),
            message.payload(),
            new Outgoing.Times(
                shared.environment().nanoTime(), timeout, Shared.isUrgent(message.content())));
    refuseIfTooLarge(message, outgoing);
    enqueue(message, outgoing);
  }

  private void refuseIfTooLarge(Message whole, Outgoing message) {
    large.prepare(message, whole);
    if (message.bytes() > shared.config().maxMessageBytes()) {
      throw errors.tooLarge(message, shared.config().maxMessageBytes());
    }
  }

  private void enqueue(Message whole, Outgoing message) {
    if (!outbox.reserve(message)) {
      inFlight.forget(message.id());
      throw errors.full(
          "%d messages of %d bytes wait to be sent to node %s"
              .formatted(outbox.messages(), outbox.bytes(), node),
          "maxQueuedMessages or maxQueuedBytes");
    }
    large.enter(whole, message);
    connection.demanded(message.queuedAt());
    entered();
  }

  /** Something has come into the outbox, or waits outside of it. */
  private void entered() {
    Link link = connection.link();
    tally.looked(link instanceof Link.Up);
    switch (link) {
      case Link.Up _ -> outbox.wake();
      case Link.Idle _ -> connection.connect();
      case Link.Connecting _ -> {}
      // The link was lost between the first look and this one, and with it what was queued by then.
      case Link.Down(Refusal why, long _) -> failQueued(why);
      case Link.Closed(Refusal why) -> failQueued(why);
    }
  }

  private void refuseWhereNobodyIs() {
    switch (connection.link()) {
      case Link.Down(Refusal why, long until) -> {
        long now = shared.environment().nanoTime();
        // Keeps the attempts going: somebody still wants this node.
        connection.demanded(now);
        tally.looked(false);
        throw why.exception(Duration.ofNanos(Math.max(0, until - now)));
      }
      case Link.Closed(Refusal why) -> throw why.exception(null);
      case Link.Idle _ -> {}
      case Link.Connecting _ -> {}
      case Link.Up _ -> {}
    }
  }

  // The connection tells.

  /** Something waits to be written or answered. */
  boolean isBusy() {
    return inFlight.size() > 0 || outbox.hasMore();
  }

  /** There is a new connection, over which the other end has greeted. */
  void renewed(PeerStream stream) {
    pulse.renewed();
    ceiling.reset();
    if (isBulk()) {
      bulk.transfers().opened(stream.bulk());
    }
  }

  /** What was handed to that stream and has no answer is lost with it. */
  void lost(PeerStream stream, Refusal why) {
    failSent(stream, lost -> errors.connectionLost(why));
    large.streamIsLost(stream);
    if (isBulk()) {
      outbox.discard(shared.environment().nanoTime());
      bulk.transfers().lost();
    }
  }

  /** Whether an answer is to come over that stream. */
  boolean waitsFor(PeerStream stream) {
    return inFlight.waitsFor(stream);
  }

  /**
   * Asks over that stream, behind all that was written to it, what every node answers at once. On
   * the loop.
   *
   * @return completes with the answer, or fails where that surely comes no more or does not come
   *     within the connect timeout
   */
  CompletableFuture<Message> askLast(PeerStream stream) {
    Outgoing question =
        Outgoing.request(
            ids.incrementAndGet(),
            shared.envelope(Message.of(0, new Content.InfoRequest())),
            null,
            new Outgoing.Times(
                shared.environment().nanoTime(), shared.config().connectTimeout().toNanos()),
            this);
    if (!inFlight.add(question)) {
      return CompletableFuture.failedFuture(
          errors.full(
              "%d requests are not answered yet".formatted(inFlight.size()), "maxInFlight"));
    }
    tally.requested();
    question.send(stream);
    if (!stream.write(OutFrame.of(question, shared.environment().nanoTime()))) {
      failSent(stream, lost -> errors.connectionLost(Refusal.unavailable("it is closed", null)));
    }
    sweep.arm();
    return question;
  }

  // The stream tells.

  void streamIsUp(PeerStream stream) {
    connection.streamIsUp(stream);
  }

  void streamIsClosed(PeerStream stream, Refusal why) {
    connection.streamIsClosed(stream, why);
  }

  /** Something has come from the other end, of so many bytes. */
  void heard(int bytes) {
    tally.frameCame(bytes, shared.environment().nanoTime());
    pulse.heard();
  }

  /** What waits for others to leave with waits no longer. */
  void flush() {
    outbox.flush();
  }

  /** There is more to write. */
  void wake() {
    if (connection.link() instanceof Link.Up) {
      outbox.wake();
    }
  }

  /** The stream takes more. */
  void wake(PeerStream stream) {
    if (connection.isUpOver(stream)) {
      outbox.wake();
    }
  }

  /**
   * The other end leaves: it has answered all that it ran, and runs nothing more that comes over
   * this stream.
   */
  void goodbye(PeerStream stream, String reason) {
    outbox.detach(stream);
    failSent(stream, unanswered -> errors.hasLeft(reason));
  }

  // Its owner tells.

  /** The life of its connection. */
  Connection connection() {
    return connection;
  }

  /** Says goodbye once all is written, and dials no more. */
  void leave(String reason) {
    PeerStream stream = connection.leave(reason);
    if (stream != null) {
      outbox.offerLast(shared.alone(new Content.Goodbye(reason)));
      outbox.finish(stream::halfClose);
    }
  }

  /** Closes it for good. */
  void close(Refusal why) {
    connection.close(why);
  }

  /**
   * Asks what every node answers by itself. Nobody waits for the answer: that it comes is enough.
   */
  private void ask() {
    notice(new Content.InfoRequest(), ids.incrementAndGet());
  }

  /** Whether requests of callers are taken and sent without waiting. */
  boolean isHealthy() {
    return connection.state() == PeerStatus.State.READY
        && pulse.state() == CircuitBreaker.State.CLOSED;
  }

  PeerStatus status() {
    return new PeerStatus(
        node,
        lane,
        connection.state(),
        pulse.state(),
        pulse.opened(),
        pulse.refused(),
        tally.read(inFlight.size(), ceiling.limit(), outbox.queued(), connection));
  }

  // Ends of waits.

  /** An answer has come. */
  void answered(Message answer) {
    Outgoing request = inFlight.remove(answer.id());
    Message whole = bulk.transfers().whole(answer);
    if (request == null) {
      ceiling.late();
      log.debug("peer={} messageId={} an answer that nobody waits for", node, answer.id());
    } else if (whole == null) {
      tally.failed();
      request.failIfSent(errors.payloadLost());
    } else {
      ceiling.answered(request, whole, tally.answered(request, whole));
      request.answer(whole);
    }
  }

  /** An answer has come that cannot be read. */
  void answeredBadly(BadMessage answer) {
    Outgoing request = inFlight.remove(answer.id());
    // It may answer what was not asked yet.
    if (request != null
        && (request.failIfSent(answer.error()) || request.failIfQueued(answer.error()))) {
      tally.failed();
    }
  }

  /** Ends what is over at {@code now}; tells whether anything still waits. */
  boolean expire(long now) {
    inFlight.expire(now, request -> expireOne(request, now));
    ceiling.look(now, inFlight.size());
    return inFlight.size() > 0;
  }

  private void expireOne(Outgoing request, long now) {
    long waited = TimeUnit.NANOSECONDS.toMillis(request.waitedNanos(now));
    if (request.isQueued() && request.failIfQueued(errors.notSentInTime(waited))) {
      tally.failed();
      outbox.discardOver();
      large.discardOver();
      return;
    }
    if (request.failIfSent(errors.notAnsweredInTime(request, waited))) {
      tally.failed();
      cancel(request);
      ceiling.missed(request);
      pulse.missed();
    }
  }

  /** Calls it off over the stream that it went over, the only one on which its id means it. */
  private void cancel(Outgoing request) {
    Content content = new Content.Cancel(request.id());
    if (request.wire() instanceof PeerStream stream && connection.isRetiring(stream)) {
      long now = shared.environment().nanoTime();
      loop.execute(() -> stream.write(OutFrame.of(shared.alone(content), now)));
    } else {
      notice(content, 0);
    }
  }

  /**
   * Answers what the other end asks over a stream that this end has dialled: here nobody takes
   * requests.
   */
  void refuse(long id) {
    notice(
        new Content.Failure(
            "requests go over a stream that the asking end has opened",
            Optional.of(ErrorCode.UNSUPPORTED_MESSAGE)),
        id);
  }

  /** Says something that nobody waits for, where there is a stream. */
  void notice(Content content, long id) {
    if (connection.link() instanceof Link.Up) {
      Outgoing notice =
          Outgoing.oneWay(
              id,
              shared.envelope(Message.of(0, content)),
              null,
              new Outgoing.Times(shared.environment().nanoTime(), 0, true));
      if (outbox.offer(notice)) {
        outbox.wake();
      }
    }
  }

  /** The caller waits no longer: the place is free, and the other end need not answer. */
  @Override
  public void abandoned(Outgoing request, boolean wasSent) {
    if (!inFlight.forget(request.id())) {
      return;
    }
    if (wasSent) {
      cancel(request);
    } else {
      outbox.discardOver();
      large.discardOver();
    }
  }

  @Override
  public void expired(Outgoing message, long now) {
    forget(message);
    message.failIfQueued(
        errors.notSentInTime(TimeUnit.NANOSECONDS.toMillis(message.waitedNanos(now))));
  }

  @Override
  public void tooLarge(Outgoing message, int limit) {
    forget(message);
    message.failIfQueued(errors.tooLarge(message, limit));
  }

  @Override
  public void wrote(int messages, long bytes, long waitedNanos) {
    tally.wrote(messages, bytes, waitedNanos);
  }

  /** The id of what is no request may be one that the other end has chosen. */
  private void forget(Outgoing message) {
    if (message.isRequest() && inFlight.forget(message.id())) {
      tally.failed();
    }
  }

  /** What was handed to that stream and has no answer. */
  void failSent(PeerStream stream, Function<Outgoing, OrbitException> error) {
    inFlight.failSent(stream, error, tally::failed);
  }

  /** What was not sent, when there is nothing to send it over. */
  void failQueued(Refusal why) {
    long now = shared.environment().nanoTime();
    @Nullable Duration retryAfter =
        connection.link() instanceof Link.Down(Refusal _, long until)
            ? Duration.ofNanos(Math.max(0, until - now))
            : null;
    inFlight.failQueued(() -> why.exception(retryAfter), tally::failed);
    outbox.discard(now);
    large.discard(now);
    if (isBulk()) {
      bulk.out().fail(why);
    }
  }
}
