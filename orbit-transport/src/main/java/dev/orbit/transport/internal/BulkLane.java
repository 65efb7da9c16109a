package dev.orbit.transport.internal;

import dev.orbit.api.address.NodeId;
import dev.orbit.proto.Content;
import org.jspecify.annotations.Nullable;

/**
 * The connection to a node that large payloads take, both ways, so that nothing small ever waits
 * for them. It is made when the first one is to go or to come. Thread-safe.
 */
final class BulkLane implements TransferEnd.Carrier {
  /** Its number among the connections to a node: after all others. */
  static final int CONNECTION = 64;

  private final Shared shared;
  private final NodeId node;
  private final DeadlineSweep sweep;
  private final TransferEnd transfers;
  private volatile @Nullable Peer peer;

  /** Of the connection to the node that was made last; null before the first. */
  private volatile @Nullable Loop small;

  /** Why no connection is made. Guarded by this. */
  private @Nullable Refusal closed;

  BulkLane(Shared shared, NodeId node, DeadlineSweep sweep) {
    this.shared = shared;
    this.node = node;
    this.sweep = sweep;
    this.transfers = new TransferEnd(shared, this);
  }

  /** The node that it leads to. */
  NodeId node() {
    return node;
  }

  /** On which loop that connection to the node runs: what is small not on that of what is large. */
  Loop loopFor(int connection) {
    Loop other = small;
    if (connection == CONNECTION && other != null) {
      return shared.io().besides(other);
    }
    Loop next = shared.io().nextLoop();
    small = next;
    return next;
  }

  /** What goes and comes. */
  TransferEnd transfers() {
    return transfers;
  }

  /** What goes out. */
  Transfers out() {
    return transfers.out();
  }

  /** The connection, if it was ever asked for. */
  @Nullable Peer peer() {
    return peer;
  }

  /** Makes the connection, if there is none, and writes what waits. */
  void open() {
    Peer there = peer;
    if (there == null) {
      there = added();
    }
    there.demand();
  }

  private Peer added() {
    Peer made;
    Refusal why;
    synchronized (this) {
      Peer there = peer;
      if (there != null) {
        return there;
      }
      made = new Peer(shared, this, CONNECTION, sweep, () -> {});
      peer = made;
      why = closed;
    }
    if (why != null) {
      made.close(why);
    }
    return made;
  }

  /** No connection is made from now on. */
  synchronized void close(Refusal why) {
    closed = why;
  }

  @Override
  public void say(Content content) {
    Peer there = peer;
    if (there != null) {
      there.notice(content, 0);
    }
  }

  @Override
  public void wake() {
    Peer there = peer;
    if (there != null) {
      there.wake();
    }
  }

  @Override
  public void wanted() {
    open();
  }
}
