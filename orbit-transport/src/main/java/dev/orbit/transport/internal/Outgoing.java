package dev.orbit.transport.internal;

import dev.orbit.proto.Message;
import dev.orbit.proto.wire.MessageProto;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way out, and the one who waits for its answer.
 *
 * <p>It is queued, then sent, then done; or done while still queued. Each step is taken by one
 * thread only, and the step says what the caller may assume: what never was sent had no effect.
 *
 * <p>Thread-safe, except {@link #send}, which belongs to whoever empties the outbox.
 */
final class Outgoing {
  private static final AtomicIntegerFieldUpdater<Outgoing> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Outgoing.class, "state");
  private static final int QUEUED = 0;
  private static final int SENT = 1;
  private static final int DONE = 2;

  /**
   * Time in the queue below this is not worth building the message again for: clocks are no better.
   */
  private static final long NEGLIGIBLE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  /** A deadline further away than this is as good as none. */
  private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(365);

  private final MessageProto message;
  private final int bytes;
  private final long queuedAt;
  private final long deadline;
  private final boolean expires;
  private final boolean alone;
  private final @Nullable CompletableFuture<Message> answer;

  private volatile int state = QUEUED;
  private @Nullable Wire wire;

  private Outgoing(
      MessageProto message,
      long now,
      long timeoutNanos,
      boolean alone,
      @Nullable CompletableFuture<Message> answer) {
    this.message = message;
    this.bytes = message.getSerializedSize();
    this.queuedAt = now;
    this.expires = timeoutNanos > 0;
    this.deadline = now + Math.min(timeoutNanos, LONGEST_NANOS);
    this.alone = alone;
    this.answer = answer;
  }

  /** A message with an answer. */
  static Outgoing request(
      MessageProto message, long now, long timeoutNanos, CompletableFuture<Message> answer) {
    return new Outgoing(message, now, timeoutNanos, false, answer);
  }

  /**
   * A message without an answer.
   *
   * @param timeoutNanos after how long in the queue it is dropped; 0 for never
   */
  static Outgoing oneWay(MessageProto message, long now, long timeoutNanos) {
    return new Outgoing(message, now, timeoutNanos, false, null);
  }

  /** A message without an answer that never becomes part of a batch. */
  static Outgoing alone(MessageProto message, long now) {
    return new Outgoing(message, now, 0, true, null);
  }

  long id() {
    return message.getMessageId();
  }

  int bytes() {
    return bytes;
  }

  boolean isAlone() {
    return alone;
  }

  long deadline() {
    return deadline;
  }

  long waitedNanos(long now) {
    return now - queuedAt;
  }

  boolean isExpired(long now) {
    return expires && deadline - now <= 0;
  }

  boolean isDone() {
    return state == DONE;
  }

  boolean isQueued() {
    return state == QUEUED;
  }

  /** Whether it was sent over {@code candidate} and is not done. */
  boolean isSentOver(Wire candidate) {
    return state == SENT && candidate.equals(wire);
  }

  /**
   * Takes the step to sent.
   *
   * @return the message with the time that is left to it; null if it is done already
   */
  @Nullable MessageProto send(Wire over, long now) {
    wire = over;
    if (!STATE.compareAndSet(this, QUEUED, SENT)) {
      return null;
    }
    if (!expires || now - queuedAt < NEGLIGIBLE_NANOS) {
      return message;
    }
    long left = Math.max(1, TimeUnit.NANOSECONDS.toMicros(deadline - now));
    return withRemaining(message, left);
  }

  /**
   * The same message with another time that is left. Field by field: a builder made of a message
   * would make builders of the messages in it too, which costs as much as all the rest of sending.
   */
  static MessageProto withRemaining(MessageProto message, long micros) {
    MessageProto.Builder copy =
        MessageProto.newBuilder()
            .setMessageId(message.getMessageId())
            .setAttempts(message.getAttempts())
            .setRemainingMicros(micros)
            .setViewVersion(message.getViewVersion())
            .setTargetIncarnation(message.getTargetIncarnation())
            .setSourceIncarnation(message.getSourceIncarnation())
            .setPayloadCodec(message.getPayloadCodec())
            .setPrincipal(message.getPrincipal())
            .setCallId(message.getCallId())
            .setPayload(message.getPayload());
    if (message.hasSource()) {
      copy.setSource(message.getSource());
    }
    if (message.hasTarget()) {
      copy.setTarget(message.getTarget());
    }
    if (message.hasContent()) {
      copy.setContent(message.getContent());
    }
    if (message.getCallChainCount() > 0) {
      copy.addAllCallChain(message.getCallChainList());
    }
    if (message.getBaggageCount() > 0) {
      copy.putAllBaggage(message.getBaggageMap());
    }
    if (message.getTraceContextCount() > 0) {
      copy.putAllTraceContext(message.getTraceContextMap());
    }
    return copy.build();
  }

  /** Ends the wait, if it was not sent. */
  boolean failIfQueued(Throwable error) {
    return STATE.compareAndSet(this, QUEUED, DONE) && fail(error);
  }

  /** Ends the wait, if it was sent. */
  boolean failIfSent(Throwable error) {
    return STATE.compareAndSet(this, SENT, DONE) && fail(error);
  }

  private boolean fail(Throwable error) {
    if (answer != null) {
      answer.completeExceptionally(error);
    }
    return true;
  }

  /** Ends the wait with an answer. */
  void complete(Message reply) {
    if (STATE.getAndSet(this, DONE) != DONE && answer != null) {
      answer.complete(reply);
    }
  }
}
