package dev.orbit.transport;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The exchange of messages between this process and the nodes of a cluster. A node's transport
 * listens and dials; a client's only dials.
 *
 * <p>Thread-safe. No method blocks except {@link #start}, {@link #drain} and {@link #close}.
 */
public interface Transport extends AutoCloseable {
  /**
   * Begins to listen, on a node.
   *
   * @param handler receives what others send
   * @throws dev.orbit.api.error.ConfigurationException with {@code PORT_IN_USE} if the port is
   *     taken
   */
  void start(MessageHandler handler);

  /** Where it listens; empty on a client and before {@link #start}. */
  Optional<Endpoint> listening();

  /**
   * Asks whoever listens at {@code endpoint} which node it is and which others it knows. This is
   * how a client that knows addresses only comes to know the nodes that {@link #request} names;
   * {@link LearnedNodes} keeps what was learned.
   *
   * @return completes on a virtual thread; fails with {@link
   *     dev.orbit.api.error.NotExecutedException} if nobody answers within the configured request
   *     timeout, with {@link dev.orbit.api.error.ProtocolException} if the answer makes no sense or
   *     comes from another cluster
   */
  CompletionStage<Content.InfoResponse> connectionInfo(Endpoint endpoint);

  /**
   * Sends a request and waits for its answer without blocking. The id and source of the message are
   * set here; its {@code remainingMicros} is the deadline; 0 stands for the configured request
   * timeout.
   *
   * <p>Who cancels the {@code CompletableFuture} of the answer, or completes it, gives the request
   * up: one that waits is not sent, one that was sent is cancelled at the node, and its place among
   * those under way is free.
   *
   * @return completes with the answer, whatever it says, on the thread that read it, which must not
   *     be blocked; or fails, by the deadline at the latest, with {@link
   *     dev.orbit.api.error.NotExecutedException}, {@link
   *     dev.orbit.api.error.OutcomeUnknownException}, or {@link
   *     dev.orbit.api.error.ProtocolException} where the peer belongs to another cluster ({@code
   *     WRONG_CLUSTER}, nothing was sent) or its answer cannot be read
   */
  CompletionStage<Message> request(NodeId target, Message request);

  /**
   * Sends a message that has no answer. It is lost silently if the connection breaks, or cannot be
   * had, after it was accepted here.
   *
   * @throws dev.orbit.api.error.NotExecutedException with {@code OVERLOADED} if the queue to the
   *     node is full, {@code NODE_UNAVAILABLE} if the node could not be reached a moment ago,
   *     {@code MESSAGE_TOO_LARGE}, or {@code SHUTTING_DOWN} after {@link #drain} or {@link #close}
   * @throws dev.orbit.api.error.ProtocolException with {@code WRONG_CLUSTER}, as {@link #request}
   */
  void send(NodeId target, Message message);

  /**
   * Has all that waits for others to leave with leave at once; of use where {@link
   * TransportConfig#batchLinger} is not zero.
   */
  void flush();

  /**
   * Asks a node, over a connection that carries only such questions, whether it takes actor
   * traffic. The connection is kept until a question is not answered, or until others are asked and
   * this node was not for a minute.
   *
   * @param timeout how long connecting and the answer may take
   * @return completes on a virtual thread with what the node's health service says, or fails with
   *     {@link dev.orbit.api.error.NotExecutedException} if it says nothing in that time
   */
  CompletionStage<HealthBoard.Status> health(NodeId target, Duration timeout);

  /** How it stands with the connections to other nodes, of those that were asked for. */
  List<PeerStatus> peers();

  /** The connections to other nodes, to be watched and looked after. */
  Connections connections();

  /** From now on {@code meter} is told what happens, in place of whoever was before. */
  void measure(TransportMeter meter);

  /** How much this end may send more than once; shared by all that repeats. */
  RetryBudget repetitions();

  /** What it has counted so far. */
  TransportCounts counts();

  /** Tells that the node is gone for good: its queued requests fail, its connections close. */
  void forget(NodeId target);

  /**
   * Stops: takes no new requests of others, and none of this process when those that were taken are
   * answered, because they may have to ask. When what is under way both ways is answered, says
   * goodbye to all peers. All of it takes {@code bound} at most, and a little for the goodbye. A
   * peer may take what had no answer when it heard the goodbye as not run; so it is said only on
   * streams on which everything taken has been answered. Health turns to not serving first.
   *
   * @return whether all were answered
   */
  boolean drain(Duration bound);

  /** Closes all connections; what is under way fails. Idempotent. */
  @Override
  void close();
}
