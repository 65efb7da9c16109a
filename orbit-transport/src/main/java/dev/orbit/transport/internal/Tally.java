package dev.orbit.transport.internal;

import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.transport.ConnectionStatistics;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what one peer does. What is counted for each message is counted on the peer's loop, by one
 * thread, without contention. Reading is for any thread.
 */
final class Tally {
  /** An answer changes the average by an eighth of the difference. */
  private static final int WEIGHT = 8;

  private final Counters counters;
  private final LongAdder requests = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final AtomicLong connects = new AtomicLong();
  private final AtomicLong failedConnects = new AtomicLong();
  private volatile long establishment;

  // Written on the loop only.
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong latency = new AtomicLong();
  private final AtomicLong bytesOut = new AtomicLong();
  private final AtomicLong bytesIn = new AtomicLong();
  private long frameCame;

  /** Nothing yet. */
  Tally(Counters counters) {
    this.counters = counters;
  }

  // By any thread.

  void requested() {
    requests.increment();
  }

  void failed() {
    failed.increment();
  }

  /** Somebody has sent something; whether there was a connection for it. */
  void looked(boolean found) {
    (found ? hits : misses).increment();
  }

  void connected(long nanos) {
    establishment = nanos;
    connects.incrementAndGet();
    counters.meter().connected(nanos);
  }

  /**
   * There is none, and the next attempt comes after a pause.
   *
   * @param announced whether the other end has said goodbye
   */
  void pausing(long nanos, boolean announced) {
    if (!announced) {
      failedConnects.incrementAndGet();
    }
    counters.meter().pausing(nanos);
  }

  // On the loop.

  /** A frame has come; the messages in it count as coming now. */
  void frameCame(int bytes, long now) {
    frameCame = now;
    add(bytesIn, bytes);
  }

  /** A request was answered; after how many nanoseconds. */
  long answered(Outgoing request, Message answer) {
    long nanos = Math.max(0, request.waitedNanos(frameCame));
    long before = latency.getPlain();
    latency.setRelease(answered.getPlain() == 0 ? nanos : before + (nanos - before) / WEIGHT);
    add(answered, 1);
    Payload payload = answer.payload();
    counters.meter().answered(nanos, request.bytes(), payload == null ? 0 : payload.bytes().length);
    return nanos;
  }

  void wrote(int messages, long bytes, long waitedNanos) {
    add(bytesOut, bytes);
    counters.meter().wrote(messages, waitedNanos);
  }

  private static void add(AtomicLong counter, long more) {
    counter.setRelease(counter.getPlain() + more);
  }

  /** The average of how long answers took lately, in nanoseconds; 0 before the first. */
  long latencyNanos() {
    return latency.get();
  }

  /** What waits to be written. */
  record Queued(int messages, long bytes) {}

  /** All of it, with what others know. */
  ConnectionStatistics read(int inFlight, int limit, Queued queued, Connection connection) {
    return new ConnectionStatistics(
        requests.sum(),
        answered.get(),
        failed.sum(),
        inFlight,
        limit,
        queued.messages,
        queued.bytes,
        Duration.ofNanos(latency.get()),
        bytesOut.get(),
        bytesIn.get(),
        hits.sum(),
        misses.sum(),
        connects.get(),
        failedConnects.get(),
        Duration.ofNanos(establishment),
        connection.age(),
        connection.unused());
  }
}
