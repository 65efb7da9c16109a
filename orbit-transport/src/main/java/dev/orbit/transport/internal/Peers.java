package dev.orbit.transport.internal;

import dev.orbit.api.address.NodeId;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.PeerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The peers of a transport: for each node one for each connection that may lead there. A connection
 * is made when something first takes it. Which one that is follows from the actor that a call is
 * for, so that calls to one actor keep their order; what is for no single actor takes the first.
 *
 * <p>Thread-safe.
 */
final class Peers {
  private final Shared shared;
  private final DeadlineSweep sweep;
  private final Map<NodeId, Lanes> nodes = new ConcurrentHashMap<>();
  private volatile @Nullable Refusal closed;

  Peers(Shared shared) {
    this.shared = shared;
    this.sweep = new DeadlineSweep(shared.environment(), this::expire);
  }

  /** The connections to one node. */
  private static final class Lanes {
    final AtomicReferenceArray<@Nullable Peer> peers;

    /** Why nothing is added. Guarded by this. */
    @Nullable Refusal gone;

    Lanes(int most) {
      peers = new AtomicReferenceArray<>(most);
    }
  }

  /** The one that the message is to go through. */
  Peer of(NodeId target, Message message) {
    Lanes lanes = nodes.get(target);
    if (lanes == null) {
      lanes = nodes.computeIfAbsent(target, node -> new Lanes(shared.config().maxConnections()));
    }
    int lane = lane(message.content(), lanes.peers.length());
    Peer peer = lanes.peers.get(lane);
    return peer != null ? peer : added(target, lanes, lane);
  }

  private static int lane(Content content, int lanes) {
    if (lanes > 1 && content instanceof Content.InvocationRequest request) {
      int hash = request.reference().hashCode();
      return Math.floorMod(hash ^ hash >>> 16, lanes);
    }
    return 0;
  }

  private Peer added(NodeId target, Lanes lanes, int lane) {
    Peer peer;
    Refusal gone;
    synchronized (lanes) {
      Peer known = lanes.peers.get(lane);
      if (known != null) {
        return known;
      }
      peer = new Peer(shared, target, lane, sweep);
      lanes.peers.set(lane, peer);
      gone = lanes.gone;
    }
    // Closing may have looked at the peers before this one was there.
    Refusal why = gone != null ? gone : closed;
    if (why != null) {
      peer.close(why);
    }
    return peer;
  }

  /** The node will not come back. */
  void forget(NodeId target, Refusal why) {
    Lanes lanes = nodes.remove(target);
    if (lanes != null) {
      synchronized (lanes) {
        lanes.gone = why;
      }
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
  }

  List<PeerStatus> status() {
    return all().stream().map(Peer::status).toList();
  }

  /** Those that are made from now on are closed at once. */
  void stop(Refusal why) {
    closed = why;
  }

  /** Closes all there are, and those that are made from now on. */
  void close(Refusal why) {
    stop(why);
    all().forEach(peer -> peer.close(why));
  }
}
