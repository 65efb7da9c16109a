package dev.orbit.transport;

import dev.orbit.api.address.NodeId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * The connections of a transport to other nodes. They are made on demand and look after themselves;
 * this is for those who want to know, or to interfere. Thread-safe; nothing here blocks.
 */
public interface Connections {
  /**
   * How it stands with the node's connections, as the one that is best off: {@code READY} if any
   * is; {@code IDLE} of a node that nobody has asked for.
   */
  PeerStatus.State state(NodeId target);

  /** Whether requests of callers to the node are taken and sent without waiting. */
  boolean isHealthy(NodeId target);

  /**
   * Waits until the node's connections are in a state. Makes none: {@link #warm} does. A state that
   * passes quickly may be missed.
   *
   * @param until asked about the state whenever it may have changed, on any thread; must not block
   * @param timeout how long to wait
   * @return completes, on a virtual thread unless it is so already, with the first state that
   *     {@code until} holds of, or after the timeout with the state of then; fails with {@link
   *     dev.orbit.api.error.NotExecutedException} ({@code OVERLOADED}) where more than 1,000 wait
   */
  CompletionStage<PeerStatus.State> awaitState(
      NodeId target, Predicate<PeerStatus.State> until, Duration timeout);

  /**
   * Makes connections to the node ahead of need, as many as {@link TransportConfig#warmConnections}
   * says and at least one, and keeps them: they are made again when they break and are not given up
   * when nobody uses them. Returns at once.
   */
  void warm(NodeId target);

  /**
   * Marks the node's connections as unhealthy: each is replaced by a new one, for which the
   * resolver is asked again. Calls under way and calls to come do not notice; if no new connection
   * can be made the old one stays. Returns at once.
   *
   * @param why for the log
   */
  void renew(NodeId target, String why);

  /**
   * Closes the connections to the node at once. Requests that were sent fail with an unknown
   * outcome, those that were not with {@code NODE_UNAVAILABLE}; the next one makes a new
   * connection. {@link Transport#forget} is for a node that will not be asked any more.
   */
  void disconnect(NodeId target);

  /** As {@link #disconnect}, of all nodes. */
  void disconnectAll();
}
