package dev.orbit.transport;

import java.time.Duration;

/**
 * What one connection to a node has done, and how it stands at this moment. Everything is counted
 * from when the node was first asked for, over all connections that came in each other's place.
 *
 * @param requests requests that were asked for, refused ones included
 * @param answered those that were answered, by a failure of their actor too
 * @param failed those that ended without an answer: refused, lost with a connection, or at their
 *     deadline; who gives a request up makes none fail
 * @param inFlight requests that wait for their answers
 * @param limit how many requests of callers may wait for their answers at present
 * @param queued messages that wait to be written
 * @param queuedBytes how many bytes these have, and large payloads that wait to go in parts
 * @param latency how long answers took lately, from the queue to the answer: an average in which
 *     the last eight weigh most; zero before the first
 * @param bytesOut bytes written, before compression
 * @param bytesIn bytes read
 * @param hits messages that found a connection
 * @param misses messages for which one had to be made, or that were refused because there was none
 * @param connects connections that were made
 * @param failedConnects attempts that made none, or one that broke at once
 * @param establishment how long making the last one took; zero before the first
 * @param age how old the present connection is; zero where there is none
 * @param unused for how long nobody has sent anything; zero where nobody ever has
 */
public record ConnectionStatistics(
    long requests,
    long answered,
    long failed,
    int inFlight,
    int limit,
    int queued,
    long queuedBytes,
    Duration latency,
    long bytesOut,
    long bytesIn,
    long hits,
    long misses,
    long connects,
    long failedConnects,
    Duration establishment,
    Duration age,
    Duration unused) {
  /** Of a connection that nobody has asked for. */
  public static final ConnectionStatistics NONE =
      new ConnectionStatistics(
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          Duration.ZERO,
          0,
          0,
          0,
          0,
          0,
          0,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO);
}
