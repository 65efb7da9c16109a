package dev.orbit.transport;

import dev.orbit.api.address.NodeId;
import dev.orbit.transport.limits.CircuitBreaker;

/**
 * How it stands with one connection to a node, at one moment.
 *
 * @param node the node
 * @param connection which of the connections to it, from 0
 * @param state whether there is a connection
 * @param breaker what happens to requests of callers while there is one
 * @param opened how often the breaker has opened
 * @param refused how many requests of callers the breaker has refused
 * @param statistics what it has done so far
 */
public record PeerStatus(
    NodeId node,
    int connection,
    State state,
    CircuitBreaker.State breaker,
    long opened,
    long refused,
    ConnectionStatistics statistics) {
  /** What there is of a connection; the words are those of gRPC. */
  public enum State {
    /** None, and nobody asks for one. */
    IDLE,
    /** It is being made; requests wait for it. */
    CONNECTING,
    /** There is one. */
    READY,
    /** The last attempt failed, and the next one is made after a pause; requests are refused. */
    TRANSIENT_FAILURE,
    /** None any more. */
    SHUTDOWN
  }

  /** Whether requests of callers are taken and sent without waiting. */
  public boolean isHealthy() {
    return state == State.READY && breaker == CircuitBreaker.State.CLOSED;
  }
}
