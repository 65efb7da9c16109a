package dev.orbit.transport.internal;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.Connections;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.internal.tls.Tls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peers of a transport: for each node one for each connection that may lead there. A connection
 * is made when something first takes it, or ahead of that where it is to be warm. Which one that is
 * follows from the actor that a call is for, so that calls to one actor keep their order; what is
 * for no single actor takes the first.
 *
 * <p>A sweep renews connections that are too old, those whose node is elsewhere by now, and all of
 * them where this end has a new certificate: the other end closes what was opened with one that
 * expires.
 *
 * <p>Thread-safe.
 */
final class Peers implements Connections {
  private static final Logger log = LoggerFactory.getLogger(Peers.class);

  private static final Refusal DISCONNECTED =
      Refusal.unavailable("this end has closed the connection on request", null);

  private final Shared shared;
  private final DeadlineSweep sweep;
  private final Map<NodeId, Lanes> nodes = new ConcurrentHashMap<>();
  private volatile @Nullable Refusal closed;
  private final AtomicBoolean sweeping = new AtomicBoolean();

  /** How often certificates had changed at the last sweep. Only for the sweep. */
  private long certificates;

  /** Guarded by this. */
  private @Nullable Cancellable upkeep;

  Peers(Shared shared) {
    this.shared = shared;
    this.sweep = new DeadlineSweep(shared.environment(), this::expire);
    Tls tls = shared.io().tls();
    this.certificates = tls == null ? 0 : tls.changes();
  }

  /** The connections to one node. */
  private static final class Lanes {
    final AtomicReferenceArray<@Nullable Peer> peers;
    final StateWatch watch;
    final BulkLane bulk;

    /** Why nothing is added. Guarded by this. */
    @Nullable Refusal gone;

    Lanes(Environment environment, int most, BulkLane bulk) {
      peers = new AtomicReferenceArray<>(most);
      watch = new StateWatch(environment, this::state);
      this.bulk = bulk;
    }

    /** That of the connection that is best off. */
    PeerStatus.State state() {
      PeerStatus.State best = null;
      for (int i = 0; i < peers.length(); i++) {
        Peer peer = peers.get(i);
        if (peer != null) {
          PeerStatus.State state = peer.connection().state();
          best = best == null || rank(state) < rank(best) ? state : best;
        }
      }
      return best == null ? PeerStatus.State.IDLE : best;
    }

    private static int rank(PeerStatus.State state) {
      return switch (state) {
        case READY -> 0;
        case CONNECTING -> 1;
        case IDLE -> 2;
        case TRANSIENT_FAILURE -> 3;
        case SHUTDOWN -> 4;
      };
    }
  }

  private Lanes lanes(NodeId target) {
    Lanes lanes = nodes.get(target);
    if (lanes == null) {
      lanes =
          nodes.computeIfAbsent(
              target,
              node ->
                  new Lanes(
                      shared.environment(),
                      shared.config().maxConnections(),
                      new BulkLane(shared, node, sweep)));
      beginUpkeep();
    }
    return lanes;
  }

  /** The one that the message is to go through. */
  Peer of(NodeId target, Message message) {
    Lanes lanes = lanes(target);
    int lane = lane(message.content(), lanes.peers.length());
    Peer peer = lanes.peers.get(lane);
    return peer != null ? peer : added(lanes, lane);
  }

  private static int lane(Content content, int lanes) {
    if (lanes > 1 && content instanceof Content.InvocationRequest request) {
      int hash = request.reference().hashCode();
      return Math.floorMod(hash ^ hash >>> 16, lanes);
    }
    return 0;
  }

  private Peer added(Lanes lanes, int lane) {
    Peer peer;
    Refusal gone;
    synchronized (lanes) {
      Peer known = lanes.peers.get(lane);
      if (known != null) {
        return known;
      }
      peer = new Peer(shared, lanes.bulk, lane, sweep, lanes.watch::changed);
      lanes.peers.set(lane, peer);
      gone = lanes.gone;
    }
    // Closing may have looked at the peers before this one was there.
    Refusal why = gone != null ? gone : closed;
    if (why != null) {
      lanes.bulk.close(why);
      peer.close(why);
    }
    return peer;
  }

  // What callers may know and do.

  @Override
  public PeerStatus.State state(NodeId target) {
    Lanes lanes = nodes.get(target);
    return lanes == null
        ? closed == null ? PeerStatus.State.IDLE : PeerStatus.State.SHUTDOWN
        : lanes.state();
  }

  @Override
  public boolean isHealthy(NodeId target) {
    boolean[] healthy = new boolean[1];
    Lanes lanes = nodes.get(target);
    if (lanes != null) {
      each(lanes, peer -> healthy[0] |= peer.isHealthy());
    }
    return healthy[0];
  }

  @Override
  public CompletionStage<PeerStatus.State> awaitState(
      NodeId target, Predicate<PeerStatus.State> until, Duration timeout) {
    return lanes(target).watch.await(until, timeout);
  }

  @Override
  public void warm(NodeId target) {
    if (closed != null) {
      return;
    }
    Lanes lanes = lanes(target);
    for (int lane = 0; lane < Math.max(1, shared.config().warmConnections()); lane++) {
      added(lanes, lane).connection().keepWarm();
    }
  }

  @Override
  public void renew(NodeId target, String why) {
    of(target, peer -> renew(peer, why));
  }

  @Override
  public void disconnect(NodeId target) {
    of(target, peer -> peer.connection().drop(DISCONNECTED));
  }

  @Override
  public void disconnectAll() {
    all().forEach(peer -> peer.connection().drop(DISCONNECTED));
  }

  private void of(NodeId target, Consumer<Peer> action) {
    Lanes lanes = nodes.get(target);
    if (lanes != null) {
      each(lanes, action);
    }
  }

  // Upkeep.

  private void renewIfOld(Peer peer) {
    Duration most = shared.config().maxAge();
    if (!peer.isBulk()) {
      peer.connection().renewIfOld();
    } else if (!most.isZero() && peer.connection().age().compareTo(most) >= 0) {
      renew(peer, "it is as old as it may become");
    }
  }

  /** Payloads on their way belong to their connection: it is given up while there are none. */
  private static void renew(Peer peer, String why) {
    if (!peer.isBulk()) {
      peer.connection().renew(why);
    } else if (!peer.isBusy()) {
      peer.connection().drop(Refusal.unavailable(why, null));
    }
  }

  private synchronized void beginUpkeep() {
    if (upkeep == null && closed == null) {
      upkeep =
          shared
              .environment()
              .scheduleRepeatedly(
                  shared.config().sweepInterval(),
                  () -> shared.environment().virtualThreads().execute(this::keepUp));
    }
  }

  private void keepUp() {
    // A resolver that hangs must not have many threads wait for it.
    if (sweeping.compareAndSet(false, true)) {
      try {
        Tls tls = shared.io().tls();
        if (tls != null && tls.changes() != certificates) {
          certificates = tls.changes();
          all().forEach(peer -> renew(peer, "this end has a new certificate"));
        }
        all().forEach(this::renewIfOld);
        nodes.keySet().forEach(this::moved);
      } finally {
        sweeping.set(false);
      }
    }
  }

  /** The node may be somewhere else by now. Asks the resolver, which may block. */
  void moved(NodeId target) {
    Lanes lanes = nodes.get(target);
    if (lanes == null || lanes.state() != PeerStatus.State.READY) {
      // Whoever connects asks for itself.
      return;
    }
    try {
      shared
          .resolver()
          .resolveNode(target)
          .ifPresent(
              endpoint ->
                  each(
                      lanes,
                      peer -> {
                        if (!peer.isBulk()) {
                          peer.connection().renewUnlessAt(endpoint);
                        }
                      }));
    } catch (RuntimeException e) {
      log.debug("peer={} the node resolver failed", target, e);
    }
  }

  /** The node will not come back. */
  void forget(NodeId target, Refusal why) {
    Lanes lanes = nodes.remove(target);
    if (lanes != null) {
      synchronized (lanes) {
        lanes.gone = why;
      }
      lanes.bulk.close(why);
      each(lanes, peer -> peer.close(why));
    }
  }

  private boolean expire(long now) {
    boolean waiting = false;
    for (Peer peer : all()) {
      waiting |= peer.expire(now);
    }
    return waiting;
  }

  List<Peer> all() {
    List<Peer> all = new ArrayList<>();
    nodes.values().forEach(lanes -> each(lanes, all::add));
    return all;
  }

  private static void each(Lanes lanes, Consumer<Peer> action) {
    for (int i = 0; i < lanes.peers.length(); i++) {
      Peer peer = lanes.peers.get(i);
      if (peer != null) {
        action.accept(peer);
      }
    }
    Peer bulk = lanes.bulk.peer();
    if (bulk != null) {
      action.accept(bulk);
    }
  }

  List<PeerStatus> status() {
    return all().stream().map(Peer::status).toList();
  }

  /** Those that are made from now on are closed at once. */
  synchronized void stop(Refusal why) {
    closed = why;
    if (upkeep != null) {
      upkeep.cancel();
    }
  }

  /** Closes all there are, and those that are made from now on. */
  void close(Refusal why) {
    stop(why);
    all().forEach(peer -> peer.close(why));
  }
}
