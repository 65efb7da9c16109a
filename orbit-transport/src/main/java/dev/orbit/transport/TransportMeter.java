package dev.orbit.transport;

/**
 * Is told what a transport does, as it happens, to make distributions of it. What can be read at
 * any time stands in {@link PeerStatus} and {@link TransportCounts}.
 *
 * <p>Called by the threads that carry messages: it must be thread-safe, must not block, and costs
 * what it costs for each message.
 */
public interface TransportMeter {
  /** Measures nothing. */
  TransportMeter NONE = new TransportMeter() {};

  /** A connection was made, from asking the resolver to the greeting of the other end. */
  default void connected(long nanos) {}

  /** A connection was lost or could not be made; the next attempt comes after a pause. */
  default void pausing(long nanos) {}

  /**
   * A request was answered.
   *
   * @param nanos since it was put into the queue
   * @param requestBytes of the message, on the wire if it was alone
   * @param answerBytes of the payload of the answer
   */
  default void answered(long nanos, long requestBytes, long answerBytes) {}

  /**
   * A frame was handed to the network.
   *
   * @param messages how many are in it
   * @param waitedNanos how long the one that was queued first had waited; negative where that is
   *     not known, as of answers
   */
  default void wrote(int messages, long waitedNanos) {}
}
