package dev.orbit.transport;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.proto.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The exchange of messages between this process and the nodes of a cluster. A node's transport listens and dials; a
 * client's only dials.
 *
 * <p>Thread-safe. No method blocks except {@link #start} and {@link #close}.
 */
public interface Transport extends AutoCloseable {
  /**
   * Begins to listen, on a node.
   *
   * @param handler receives what others send
   * @throws dev.orbit.api.error.ConfigurationException with {@code PORT_IN_USE} if the port is taken
   */
  void start(MessageHandler handler);

  /** Where it listens; empty on a client and before {@link #start}. */
  Optional<Endpoint> listening();

  /**
   * Sends a request and waits for its answer without blocking. The id and source of the message are set here; its
   * {@code remainingMicros} is the deadline and must be positive.
   *
   * @return completes with the answer, on the thread that read it, which must not be blocked; or fails with {@link
   *     dev.orbit.api.error.NotExecutedException} or {@link dev.orbit.api.error.OutcomeUnknownException}, by the
   *     deadline at the latest
   */
  CompletionStage<Message> request(NodeId target, Message request);

  /**
   * Sends a message that has no answer.
   *
   * @throws dev.orbit.api.error.NotExecutedException with {@code OVERLOADED} if the queue to the node is full
   */
  void send(NodeId target, Message message);

  /** Tells that the node is gone for good: its queued requests fail, its connections close. */
  void forget(NodeId target);

  /**
   * Stops taking new requests, waits up to {@code bound} until those under way are answered, and says goodbye to all
   * peers.
   *
   * @return whether all were answered
   */
  boolean drain(Duration bound);

  /** Closes all connections; what is under way fails. Idempotent. */
  @Override
  void close();
}
