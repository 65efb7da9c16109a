package dev.orbit.transport.internal;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.proto.BadMessage;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.PeerStatus;
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

  /**
   * A stream that broke sooner counts as a failed attempt, so that one that never lasts is not
   * dialled in a loop.
   */
  private static final long STABLE_NANOS = Duration.ofSeconds(1).toNanos();

  /** For so long after the last request a lost link is built again without being asked for. */
  private static final long DEMAND_NANOS = Duration.ofMinutes(1).toNanos();

  private final Shared shared;
  private final NodeId node;
  private final int connection;
  private final DeadlineSweep sweep;
  private final Loop loop;
  private final Outbox outbox;
  private final InFlight inFlight;
  private final Backoff backoff;
  private final Pulse pulse;
  private final LinkLog linkLog;
  private final Rest rest;
  private final PeerErrors errors;
  private final AtomicLong ids = new AtomicLong();
  private volatile Link link = new Link.Idle();
  private volatile long lastDemand;

  /** Whether this end says goodbye: a link that ends is not built again. Guarded by this. */
  private boolean leaving;

  /**
   * A peer that nobody has asked for yet.
   *
   * @param connection which of the connections to the node it has
   */
  Peer(Shared shared, NodeId node, int connection, DeadlineSweep sweep) {
    this.shared = shared;
    this.node = node;
    this.connection = connection;
    this.errors = new PeerErrors(node);
    this.sweep = sweep;
    this.loop = shared.io().nextLoop();
    this.outbox =
        new Outbox(
            shared.config(),
            shared.config().maxQueuedMessages(),
            loop,
            shared.environment()::nanoTime,
            this);
    this.inFlight = new InFlight(shared.config().maxInFlight(), shared.environment().nanoTime());
    this.backoff = new Backoff(shared.config(), shared.environment().random());
    this.pulse = new Pulse(shared, node, this::ask);
    this.linkLog = new LinkLog(node);
    this.rest = new Rest(shared.environment(), shared.config().idleTimeout(), loop);
  }

  NodeId node() {
    return node;
  }

  /** How many requests wait for their answers. */
  int unanswered() {
    return inFlight.size();
  }

  /** Whether something waits to be written. */
  boolean hasQueued() {
    return outbox.messages() > 0;
  }

  /** The loop that all streams to this node run on, one after the other. */
  Loop loop() {
    return loop;
  }

  CompletionStage<Message> request(Message message) {
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
      Outgoing request =
          Outgoing.request(
              ids.incrementAndGet(),
              shared.envelope(message),
              message.payload(),
              new Outgoing.Times(shared.environment().nanoTime(), timeout),
              this);
      refuseIfTooLarge(request);
      if (!inFlight.add(request)) {
        throw errors.full(
            "%d requests to node %s are not answered yet".formatted(inFlight.size(), node),
            "maxInFlight");
      }
      enqueue(request);
      sweep.arm();
      return request;
    } catch (OrbitException e) {
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
            new Outgoing.Times(shared.environment().nanoTime(), timeout));
    refuseIfTooLarge(outgoing);
    enqueue(outgoing);
  }

  private void refuseIfTooLarge(Outgoing message) {
    if (message.bytes() > shared.config().maxMessageBytes()) {
      throw errors.tooLarge(message, shared.config().maxMessageBytes());
    }
  }

  private void enqueue(Outgoing message) {
    if (!outbox.offer(message)) {
      inFlight.forget(message.id());
      throw errors.full(
          "%d messages of %d bytes wait to be sent to node %s"
              .formatted(outbox.messages(), outbox.bytes(), node),
          "maxQueuedMessages or maxQueuedBytes");
    }
    lastDemand = message.queuedAt();
    switch (link) {
      case Link.Up _ -> outbox.wake();
      case Link.Idle _ -> connect();
      case Link.Connecting _ -> {}
      // The link was lost between the first look and this one, and with it what was queued by then.
      case Link.Down(Refusal why, long _) -> failQueued(why);
      case Link.Closed(Refusal why) -> failQueued(why);
    }
  }

  private void refuseWhereNobodyIs() {
    switch (link) {
      case Link.Down(Refusal why, long until) -> {
        // Keeps the attempts going: somebody still wants this node.
        lastDemand = shared.environment().nanoTime();
        throw why.exception(Duration.ofNanos(Math.max(0, until - lastDemand)));
      }
      case Link.Closed(Refusal why) -> throw why.exception(null);
      case Link.Idle _ -> {}
      case Link.Connecting _ -> {}
      case Link.Up _ -> {}
    }
  }

  // The link.

  private void connect() {
    PeerStream stream;
    synchronized (this) {
      if (!(link instanceof Link.Idle) && !(link instanceof Link.Down)) {
        return;
      }
      stream = new PeerStream(shared, this);
      link = new Link.Connecting(stream);
    }
    stream.dial();
  }

  /** The stream has been greeted: what is queued may go. */
  void streamIsUp(PeerStream stream) {
    synchronized (this) {
      if (!(link instanceof Link.Connecting(PeerStream expected)) || expected != stream) {
        return;
      }
      link = new Link.Up(stream, shared.environment().nanoTime());
      pulse.renewed();
      // In step with the link: a late attachment could replace that of the next stream.
      outbox.attach(stream);
    }
    linkLog.up();
    outbox.wake();
    rest.watch(() -> restIfNotNeeded(stream));
  }

  /**
   * Gives the connection up if nobody has needed it for long. On the loop: nothing is being
   * written.
   *
   * @return when to look again
   */
  private Optional<Duration> restIfNotNeeded(PeerStream stream) {
    Duration unused = Duration.ofNanos(shared.environment().nanoTime() - lastDemand);
    synchronized (this) {
      if (!(link instanceof Link.Up(PeerStream up, long _)) || up != stream) {
        return Optional.empty();
      }
      if (inFlight.size() > 0 || outbox.messages() > 0 || !rest.isDueAfter(unused)) {
        return Optional.of(rest.after(unused));
      }
      link = new Link.Idle();
      outbox.detach(stream);
    }
    stream.close(Refusal.unavailable("nobody has needed it for a while", null));
    // Whoever has put something in meanwhile saw a link that was up.
    if (outbox.messages() > 0) {
      connect();
    }
    return Optional.empty();
  }

  /** Something has come from the other end. */
  void heard() {
    pulse.heard();
  }

  /**
   * Asks what every node answers by itself. Nobody waits for the answer: that it comes is enough.
   */
  private void ask() {
    notice(new Content.InfoRequest(), ids.incrementAndGet());
  }

  PeerStatus status() {
    return new PeerStatus(
        node, connection, link.state(), pulse.state(), pulse.opened(), pulse.refused());
  }

  /** The stream takes more. */
  void wake(PeerStream stream) {
    if (link instanceof Link.Up(PeerStream up, long _) && up == stream) {
      outbox.wake();
    }
  }

  /** The stream is over, or never came to be. */
  void streamIsClosed(PeerStream stream, Refusal why) {
    long now = shared.environment().nanoTime();
    PeerStream next = null;
    Duration pause = Duration.ZERO;
    synchronized (this) {
      outbox.detach(stream);
      boolean wasUp = link instanceof Link.Up(PeerStream up, long _) && up == stream;
      boolean wasConnecting =
          link instanceof Link.Connecting(PeerStream dialled) && dialled == stream;
      boolean wasStable =
          wasUp && link instanceof Link.Up(PeerStream _, long since) && now - since >= STABLE_NANOS;
      if (wasStable) {
        backoff.reset();
      }
      if (leaving && (wasUp || wasConnecting)) {
        link = new Link.Closed(why);
      } else if (wasStable && !stream.saidGoodbye()) {
        next = new PeerStream(shared, this);
        link = new Link.Connecting(next);
      } else if (wasUp || wasConnecting) {
        pause = backoff.next();
        link = new Link.Down(why, now + pause.toNanos());
        linkLog.down(why, pause, stream.saidGoodbye());
      }
    }
    failSent(stream, lost -> errors.connectionLost(why));
    if (next != null) {
      next.dial();
      return;
    }
    if (link instanceof Link.Closed(Refusal reason)) {
      // Also what the stream did not take when it was closed.
      failQueued(reason);
    } else if (!pause.isZero()) {
      failQueued(why);
      shared.environment().schedule(pause, this::pauseIsOver);
    }
  }

  private void pauseIsOver() {
    synchronized (this) {
      if (!(link instanceof Link.Down)) {
        return;
      }
      if (shared.environment().nanoTime() - lastDemand > DEMAND_NANOS) {
        link = new Link.Idle();
        return;
      }
    }
    connect();
  }

  /**
   * The other end leaves: it has answered all that it ran, and runs nothing more that comes over
   * this stream.
   */
  void goodbye(PeerStream stream, String reason) {
    outbox.detach(stream);
    failSent(stream, unanswered -> errors.hasLeft(reason));
  }

  /** Says goodbye once all is written, and dials no more. */
  void leave(String reason) {
    PeerStream stream;
    synchronized (this) {
      leaving = true;
      if (link instanceof Link.Idle || link instanceof Link.Down) {
        link = new Link.Closed(Refusal.leaving(reason));
      }
      stream = link instanceof Link.Up(PeerStream up, long _) ? up : null;
    }
    if (stream != null) {
      outbox.offerLast(shared.alone(new Content.Goodbye(reason)));
      outbox.finish(stream::halfClose);
    }
  }

  /** Closes the link for good. */
  void close(Refusal why) {
    PeerStream stream;
    synchronized (this) {
      stream =
          switch (link) {
            case Link.Up(PeerStream up, long _) -> up;
            case Link.Connecting(PeerStream dialled) -> dialled;
            case Link.Idle _ -> null;
            case Link.Down _ -> null;
            case Link.Closed _ -> null;
          };
      if (!(link instanceof Link.Closed)) {
        link = new Link.Closed(why);
      }
    }
    if (stream != null) {
      stream.close(why);
    }
    failQueued(why);
  }

  // Ends of waits.

  /** An answer has come. */
  void answered(Message answer) {
    Outgoing request = inFlight.remove(answer.id());
    if (request == null) {
      log.debug("peer={} messageId={} an answer that nobody waits for", node, answer.id());
    } else {
      request.answer(answer);
    }
  }

  /** An answer has come that cannot be read. */
  void answeredBadly(BadMessage answer) {
    Outgoing request = inFlight.remove(answer.id());
    if (request != null && !request.failIfSent(answer.error())) {
      // It answers what was not asked yet.
      request.failIfQueued(answer.error());
    }
  }

  /** Ends what is over at {@code now}; tells whether anything still waits. */
  boolean expire(long now) {
    inFlight.expire(now, request -> expireOne(request, now));
    return inFlight.size() > 0;
  }

  private void expireOne(Outgoing request, long now) {
    long waited = TimeUnit.NANOSECONDS.toMillis(request.waitedNanos(now));
    if (request.isQueued() && request.failIfQueued(errors.notSentInTime(waited))) {
      outbox.discardOver();
      return;
    }
    if (request.failIfSent(errors.notAnsweredInTime(request.id(), waited))) {
      cancel(request.id());
      pulse.missed();
    }
  }

  private void cancel(long id) {
    notice(new Content.Cancel(id), 0);
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

  private void notice(Content content, long id) {
    if (link instanceof Link.Up) {
      Outgoing notice =
          Outgoing.oneWay(
              id,
              shared.envelope(Message.of(0, content)),
              null,
              new Outgoing.Times(shared.environment().nanoTime(), 0));
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
      cancel(request.id());
    } else {
      outbox.discardOver();
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

  /** The id of what is no request may be one that the other end has chosen. */
  private void forget(Outgoing message) {
    if (message.isRequest()) {
      inFlight.forget(message.id());
    }
  }

  /** What was handed to that stream and has no answer. */
  void failSent(PeerStream stream, Function<Outgoing, OrbitException> error) {
    inFlight.forEach(
        request -> {
          if (request.isSentOver(stream) && inFlight.forget(request.id())) {
            request.failIfSent(error.apply(request));
          }
        });
  }

  private void failQueued(Refusal why) {
    long now = shared.environment().nanoTime();
    @Nullable Duration retryAfter =
        link instanceof Link.Down(Refusal _, long until)
            ? Duration.ofNanos(Math.max(0, until - now))
            : null;
    inFlight.forEach(
        request -> {
          if (request.isQueued() && request.failIfQueued(why.exception(retryAfter))) {
            inFlight.forget(request.id());
          }
        });
    outbox.discard(now);
  }
}
