package dev.orbit.transport.internal;

import dev.orbit.api.address.Endpoint;
import dev.orbit.transport.PeerStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one peer: made when somebody asks for it or it is to be warm, given up when
 * nobody needs it, made again when it breaks, renewed while it is in use. Its life is drawn in the
 * package's description.
 *
 * <p>A renewal loses nothing and changes no order. The new stream is made while the old one is
 * used. When it has been greeted, nothing more is written to the old one but a question that every
 * node answers at once; its answer shows that the other end has taken all that went before. Only
 * then is the new stream written to. The old one stays until it has brought all its answers. Where
 * anything about that fails, the old one is used as before.
 *
 * <p>Thread-safe. Its lock is never held while the peer's callers are told anything.
 */
final class Connection {
  private static final Logger log = LoggerFactory.getLogger(Peer.class);

  /**
   * A stream that broke sooner counts as a failed attempt, so that one that never lasts is not
   * dialled in a loop.
   */
  private static final long STABLE_NANOS = Duration.ofSeconds(1).toNanos();

  /** For so long after the last request a lost link is built again without being asked for. */
  private static final long DEMAND_NANOS = Duration.ofMinutes(1).toNanos();

  /** Nobody notices it, and a herd of a hundred is spread by it. */
  private static final long MOST_MOMENT_NANOS = Duration.ofMillis(100).toNanos();

  /** How often it is looked whether an old stream has brought all its answers. */
  private static final Duration RETIRING_LOOKS = Duration.ofMillis(50);

  /** By which part of itself each connection's greatest age is shorter than said, at most. */
  private static final double AGE_SPREAD = 0.2;

  private final Shared shared;
  private final Peer peer;
  private final Outbox outbox;
  private final Tally tally;
  private final Runnable changed;
  private final Backoff backoff;
  private final LinkLog linkLog;
  private final Rest rest;
  private volatile Link link = new Link.Idle();
  private volatile long lastDemand;
  private volatile boolean everDemanded;

  /** Whether there is to be a connection even if nobody asks for it. */
  private volatile boolean warm;

  /** Streams that have been replaced and still bring answers. */
  private final Set<PeerStream> retiring = ConcurrentHashMap.newKeySet();

  // Guarded by this.
  /** Whether this end says goodbye: a link that ends is not built again. */
  private boolean leaving;

  private long dialled;
  private long renewAt;
  private @Nullable Renewal renewal;

  /** A stream that is made to take the place of another. */
  private static final class Renewal {
    final PeerStream old;
    final PeerStream next;
    final long dialled;

    /** Whether the old one is written to no more. Guarded by the connection. */
    boolean handingOver;

    Renewal(PeerStream old, PeerStream next, long dialled) {
      this.old = old;
      this.next = next;
      this.dialled = dialled;
    }
  }

  /**
   * No connection yet.
   *
   * @param changed told after each change of the link; must not block
   */
  Connection(Shared shared, Peer peer, Outbox outbox, Tally tally, Runnable changed) {
    this.shared = shared;
    this.peer = peer;
    this.outbox = outbox;
    this.tally = tally;
    this.changed = changed;
    this.backoff = new Backoff(shared.config(), shared.environment().random());
    this.linkLog = new LinkLog(peer.node());
    this.rest = new Rest(shared.environment(), shared.config().idleTimeout(), peer.loop());
  }

  Link link() {
    return link;
  }

  private long now() {
    return shared.environment().nanoTime();
  }

  /** Called with the lock held, except where nobody else knows of the connection. */
  private void become(Link next) {
    link = next;
    changed.run();
  }

  /** Somebody wants the node at that time. */
  void demanded(long at) {
    lastDemand = at;
    everDemanded = true;
  }

  /** For how long nobody has wanted the node. */
  Duration unused() {
    return everDemanded ? Duration.ofNanos(Math.max(0, now() - lastDemand)) : Duration.ZERO;
  }

  /** How old the present connection is. */
  Duration age() {
    return link instanceof Link.Up(PeerStream _, long since)
        ? Duration.ofNanos(Math.max(0, now() - since))
        : Duration.ZERO;
  }

  /** From now on there is to be a connection, whether or not anybody sends anything. */
  void keepWarm() {
    warm = true;
    connect();
  }

  /** Begins to make a connection, where there is none and none is being made. */
  void connect() {
    PeerStream stream;
    synchronized (this) {
      if (!(link instanceof Link.Idle) && !(link instanceof Link.Down)) {
        return;
      }
      stream = dialling();
    }
    stream.dial();
  }

  private PeerStream dialling() {
    PeerStream stream = new PeerStream(shared, peer);
    dialled = now();
    become(new Link.Connecting(stream));
    return stream;
  }

  /** The stream has been greeted: what is queued may go. On the loop. */
  void streamIsUp(PeerStream stream) {
    boolean renewing;
    synchronized (this) {
      Renewal under = renewal;
      renewing = under != null && under.next == stream;
      if (!renewing) {
        if (!(link instanceof Link.Connecting(PeerStream expected)) || expected != stream) {
          return;
        }
        tally.connected(now() - dialled);
        up(stream);
      }
    }
    if (renewing) {
      handOver(stream);
      return;
    }
    peer.renewed(stream);
    linkLog.up();
    outbox.wake();
    watch(stream);
  }

  /** With the lock held. */
  private void up(PeerStream stream) {
    long now = now();
    renewAt = now + ageOfThis();
    become(new Link.Up(stream, now));
    // In step with the link: a late attachment could replace that of the next stream.
    outbox.attach(stream);
  }

  private long ageOfThis() {
    double part = 1 - AGE_SPREAD * shared.environment().random().nextDouble();
    return (long) (shared.config().maxAge().toNanos() * part);
  }

  private void watch(PeerStream stream) {
    rest.watch(() -> restIfNotNeeded(stream));
  }

  /**
   * Gives the connection up if nobody has needed it for long. On the loop: nothing is being
   * written.
   *
   * @return when to look again
   */
  private Optional<Duration> restIfNotNeeded(PeerStream stream) {
    Duration unused = Duration.ofNanos(now() - lastDemand);
    synchronized (this) {
      if (!(link instanceof Link.Up(PeerStream up, long _)) || up != stream) {
        return Optional.empty();
      }
      if (warm || renewal != null || peer.isBusy() || !rest.isDueAfter(unused)) {
        return Optional.of(rest.after(unused));
      }
      become(new Link.Idle());
      outbox.detach(stream);
    }
    stream.close(Refusal.unavailable("nobody has needed it for a while", null));
    // Whoever has put something in meanwhile saw a link that was up.
    if (outbox.messages() > 0) {
      connect();
    }
    return Optional.empty();
  }

  // Renewals.

  /** Makes a new connection in place of a present one that has become too old. */
  void renewIfOld() {
    boolean old;
    synchronized (this) {
      old = !shared.config().maxAge().isZero() && link instanceof Link.Up && renewAt - now() <= 0;
    }
    if (old) {
      renew("it is as old as it may become");
    }
  }

  /** Makes a new connection in place of a present one that leads elsewhere. */
  void renewUnlessAt(Endpoint endpoint) {
    if (link instanceof Link.Up(PeerStream stream, long _)
        && !stream.where().equals(endpoint.toString())) {
      renew("the node is at %s now".formatted(endpoint));
    }
  }

  /** Makes a new connection in place of the present one; the calls under way do not notice. */
  void renew(String why) {
    PeerStream next;
    synchronized (this) {
      if (!(link instanceof Link.Up(PeerStream old, long _)) || renewal != null || leaving) {
        return;
      }
      next = PeerStream.beside(shared, peer);
      renewal = new Renewal(old, next, now());
    }
    log.debug("event=connection-renewing peer={} reason=\"{}\"", peer.node(), why);
    next.dial();
  }

  /** The new stream has been greeted. On the loop, and so between two frames. */
  private void handOver(PeerStream next) {
    if (!peer.loop().mayWrite()) {
      peer.loop().executeInAnyCase(() -> handOver(next));
      return;
    }
    Renewal under;
    synchronized (this) {
      under = renewal;
      if (under == null || under.next != next || under.handingOver) {
        return;
      }
      under.handingOver = true;
      outbox.detach(under.old);
    }
    Renewal told = under;
    var _ =
        peer.askLast(told.old)
            .whenComplete(
                (_, failure) -> peer.loop().executeInAnyCase(() -> handedOver(told, failure)));
  }

  /** The other end has taken all that went over the old stream, or that is not known. */
  private void handedOver(Renewal under, @Nullable Throwable failure) {
    boolean replaced;
    synchronized (this) {
      if (renewal != under) {
        return;
      }
      renewal = null;
      replaced = failure == null && under.next.isOpen();
      if (replaced) {
        up(under.next);
        retiring.add(under.old);
      } else {
        outbox.attach(under.old);
      }
    }
    if (replaced) {
      tally.connected(now() - under.dialled);
      peer.renewed(under.next);
      log.debug("event=connection-renewed peer={}", peer.node());
      watch(under.next);
      retire(under.old);
    } else {
      log.debug("event=connection-not-renewed peer={}", peer.node(), failure);
      under.next.close(Refusal.unavailable("it was not needed after all", failure));
    }
    outbox.wake();
  }

  /** Closes a stream that was replaced as soon as it has brought its answers. */
  private void retire(PeerStream old) {
    if (!retiring.contains(old)) {
      return;
    }
    if (peer.waitsFor(old)) {
      var _ = shared.environment().schedule(RETIRING_LOOKS, () -> retire(old));
      return;
    }
    old.close(Refusal.unavailable("another connection has taken its place", null));
  }

  /** Whether messages are written to that one at present. */
  boolean isUpOver(PeerStream stream) {
    return link instanceof Link.Up(PeerStream up, long _) && up == stream;
  }

  /** Whether it was replaced and still brings answers. */
  boolean isRetiring(PeerStream stream) {
    return retiring.contains(stream);
  }

  // Ends.

  /** The stream is over, or never came to be. */
  void streamIsClosed(PeerStream stream, Refusal why) {
    long now = now();
    PeerStream next = null;
    PeerStream useless = null;
    Duration pause = Duration.ZERO;
    synchronized (this) {
      outbox.detach(stream);
      retiring.remove(stream);
      useless = endRenewalOf(stream, why);
      boolean wasUp = link instanceof Link.Up(PeerStream up, long _) && up == stream;
      boolean wasConnecting =
          link instanceof Link.Connecting(PeerStream attempt) && attempt == stream;
      boolean wasStable =
          wasUp && link instanceof Link.Up(PeerStream _, long since) && now - since >= STABLE_NANOS;
      if (wasStable) {
        backoff.reset();
      }
      if (leaving && (wasUp || wasConnecting)) {
        become(new Link.Closed(why));
      } else if (wasStable && !stream.saidGoodbye()) {
        next = dialling();
      } else if (wasUp || wasConnecting) {
        pause = backoff.next();
        become(new Link.Down(why, now + pause.toNanos()));
        linkLog.down(why, pause, stream.saidGoodbye());
      }
    }
    peer.lost(stream, why);
    if (useless != null) {
      useless.close(why);
    }
    if (next != null) {
      dialSoon(next);
      return;
    }
    if (link instanceof Link.Closed(Refusal reason)) {
      // Also what the stream did not take when it was closed.
      peer.failQueued(reason);
    } else if (!pause.isZero()) {
      tally.pausing(pause.toNanos(), stream.saidGoodbye());
      peer.failQueued(why);
      shared.environment().schedule(pause, this::pauseIsOver);
    } else {
      outbox.wake();
    }
  }

  /**
   * Dials after a moment that is drawn: others may have lost the same node at the same time, and
   * would all be at its door at once.
   */
  private void dialSoon(PeerStream stream) {
    long most = Math.min(shared.config().initialBackoff().toNanos(), MOST_MOMENT_NANOS);
    long moment = (long) (most * shared.environment().random().nextDouble());
    Runnable dial =
        () -> {
          if (stream.isOpen()) {
            stream.dial();
          }
        };
    shared.environment().schedule(Duration.ofNanos(moment), dial);
  }

  /**
   * A renewal does not outlive either of its streams: what was sent over an old one that breaks may
   * still be on its way, and only a stream that is opened in its very place keeps behind it.
   *
   * @return the other stream, where it is of no use now
   */
  private @Nullable PeerStream endRenewalOf(PeerStream stream, Refusal why) {
    Renewal under = renewal;
    if (under == null || (under.old != stream && under.next != stream)) {
      return null;
    }
    if (under.old == stream) {
      renewal = null;
      return under.next;
    }
    log.debug("event=connection-not-renewed peer={} {}", peer.node(), why.description());
    var _ = endRenewal();
    return null;
  }

  private void pauseIsOver() {
    synchronized (this) {
      if (!(link instanceof Link.Down)) {
        return;
      }
      if (!warm && now() - lastDemand > DEMAND_NANOS) {
        become(new Link.Idle());
        return;
      }
    }
    connect();
  }

  /**
   * Dials no more.
   *
   * @return the stream to say goodbye over, if there is one
   */
  @Nullable PeerStream leave(String reason) {
    PeerStream useless;
    PeerStream last;
    synchronized (this) {
      leaving = true;
      if (link instanceof Link.Idle || link instanceof Link.Down) {
        become(new Link.Closed(Refusal.leaving(reason)));
      }
      useless = endRenewal();
      last = link instanceof Link.Up(PeerStream up, long _) ? up : null;
    }
    if (useless != null) {
      useless.close(Refusal.leaving(reason));
    }
    return last;
  }

  /** Closes the present connection: what was sent over it is lost. The next message makes one. */
  void drop(Refusal why) {
    PeerStream stream;
    PeerStream useless;
    synchronized (this) {
      if (link instanceof Link.Closed) {
        return;
      }
      useless = endRenewal();
      stream = stream(link);
      if (stream != null) {
        outbox.detach(stream);
      }
      become(new Link.Idle());
    }
    closeAll(stream, useless, why);
  }

  private void closeAll(@Nullable PeerStream stream, @Nullable PeerStream useless, Refusal why) {
    if (useless != null) {
      useless.close(why);
    }
    if (stream != null) {
      stream.close(why);
    }
    retiring.forEach(old -> old.close(why));
    peer.failQueued(why);
  }

  /** With the lock held. The old stream is used as before; the one returned is of no use now. */
  private @Nullable PeerStream endRenewal() {
    Renewal under = renewal;
    renewal = null;
    if (under == null) {
      return null;
    }
    if (under.handingOver) {
      outbox.attach(under.old);
    }
    return under.next;
  }

  /** Closes the link for good. */
  void close(Refusal why) {
    PeerStream stream;
    PeerStream useless;
    synchronized (this) {
      useless = endRenewal();
      stream = stream(link);
      if (!(link instanceof Link.Closed)) {
        become(new Link.Closed(why));
      }
    }
    closeAll(stream, useless, why);
  }

  private static @Nullable PeerStream stream(Link link) {
    return switch (link) {
      case Link.Up(PeerStream up, long _) -> up;
      case Link.Connecting(PeerStream attempt) -> attempt;
      case Link.Idle _ -> null;
      case Link.Down _ -> null;
      case Link.Closed _ -> null;
    };
  }

  /** What there is of it. */
  PeerStatus.State state() {
    return link.state();
  }
}
