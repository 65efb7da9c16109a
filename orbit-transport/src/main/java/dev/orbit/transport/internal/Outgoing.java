package dev.orbit.transport.internal;

import dev.orbit.proto.Envelope;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.proto.Varints;
import dev.orbit.transport.future.Announced;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way out and, for a request, the answer that its caller waits for.
 *
 * <p>It is queued, then sent, then done; or done while still queued. Each step is taken by one
 * thread only, and the step says what the caller may assume: what never was sent had no effect.
 * What a stream that broke did not take is queued again. Whoever holds the future may end the wait
 * too, by cancelling it or completing it; the owner hears of that.
 *
 * <p>Thread-safe, except {@link #send} and {@link #unsend}, which belong to whoever empties the
 * outbox.
 */
final class Outgoing extends Announced<Message> {
  private static final AtomicIntegerFieldUpdater<Outgoing> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Outgoing.class, "state");
  private static final int QUEUED = 0;
  private static final int SENT = 1;
  private static final int DONE = 2;

  /** A deadline further away than this is as good as none. */
  private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(365);

  private static final byte[] NOTHING = {};
  private static final int REMAINING_BYTES = 2 + Varints.MAX_BYTES;
  private static final int PAYLOAD_TAG_BYTES = 2;
  private static final int TRANSFER_TAG_BYTES = 2;

  /** Who wants to know that a caller no longer waits. */
  interface Owner {
    /**
     * The caller has given up.
     *
     * @param wasSent whether the request had left by then
     */
    void abandoned(Outgoing request, boolean wasSent);
  }

  private final long id;
  private final Envelope envelope;
  private final int codec;
  private final long queuedAt;
  private final long deadline;
  private final boolean expires;
  private final boolean alone;
  private final boolean urgent;
  private final @Nullable Owner owner;

  // What is written beside the envelope. Changed only before it is queued.
  private byte[] payload;
  private int from;
  private int length;
  private long transfer;

  /** When it was written last. */
  private volatile long writtenAt;

  private volatile int state = QUEUED;
  private volatile @Nullable Wire wire;

  /** The one that was queued before it, while it is in the queue. Belongs to the outbox. */
  @Nullable Outgoing before;

  private Outgoing(
      long id,
      Envelope envelope,
      @Nullable Payload payload,
      Times times,
      boolean alone,
      @Nullable Owner owner) {
    this.id = id;
    this.envelope = envelope;
    this.payload = payload == null ? NOTHING : payload.bytes();
    this.length = this.payload.length;
    this.codec = payload == null ? 0 : payload.codec();
    this.queuedAt = times.now;
    this.expires = times.timeoutNanos > 0;
    this.deadline = times.now + Math.min(times.timeoutNanos, LONGEST_NANOS);
    this.alone = alone;
    this.urgent = times.urgent;
    this.owner = owner;
  }

  /**
   * When it was queued and after how long it is of no use.
   *
   * @param timeoutNanos 0 for never
   * @param urgent whether it goes before what is not
   */
  record Times(long now, long timeoutNanos, boolean urgent) {
    Times(long now, long timeoutNanos) {
      this(now, timeoutNanos, false);
    }
  }

  /** A message with an answer. */
  static Outgoing request(
      long id, Envelope envelope, @Nullable Payload payload, Times times, Owner owner) {
    return new Outgoing(id, envelope, payload, times, false, owner);
  }

  /** A message without an answer. */
  static Outgoing oneWay(long id, Envelope envelope, @Nullable Payload payload, Times times) {
    return new Outgoing(id, envelope, payload, times, false, null);
  }

  /** A message without an answer that never becomes part of a batch. */
  static Outgoing alone(Envelope envelope, Times times) {
    return new Outgoing(0, envelope, null, times, true, null);
  }

  /** Whether it goes before what is not. */
  boolean isUrgent() {
    return urgent;
  }

  /** A part of a payload, as bytes of another array. */
  record Slice(byte[] bytes, int from, int length, int codec) {}

  /** A message by itself that carries a part of a payload. */
  static Outgoing part(Envelope envelope, Slice slice, long now) {
    Outgoing part =
        new Outgoing(
            0, envelope, new Payload(slice.codec, slice.bytes), new Times(now, 0), true, null);
    part.from = slice.from;
    part.length = slice.length;
    return part;
  }

  /** Its payload goes by that transfer. Before it is queued. */
  void carriedBy(long newTransfer) {
    transfer = newTransfer;
    payload = NOTHING;
    length = 0;
  }

  /** Its payload goes with it after all. Before it is queued. */
  void carriesItself(byte[] newPayload) {
    transfer = 0;
    payload = newPayload;
    length = newPayload.length;
  }

  /** By which transfer its payload goes; 0 for none. */
  long transfer() {
    return transfer;
  }

  long id() {
    return id;
  }

  /** How many bytes it has on the wire; up to ten more than the truth. */
  long bytes() {
    long around = 1L + Varints.size(id) + (expires ? REMAINING_BYTES : 0);
    return envelope.length()
        + around
        + (transfer == 0 ? 0 : TRANSFER_TAG_BYTES + Varints.size(transfer))
        + (length == 0 ? 0 : PAYLOAD_TAG_BYTES + Varints.size(length))
        + length;
  }

  boolean isAlone() {
    return alone;
  }

  long deadline() {
    return deadline;
  }

  /** How long it had from the queue to its deadline. */
  long timeoutNanos() {
    return deadline - queuedAt;
  }

  long queuedAt() {
    return queuedAt;
  }

  long waitedNanos(long now) {
    return now - queuedAt;
  }

  /** How long it was in the queue before it was written. */
  long unwrittenNanos() {
    return Math.max(0, writtenAt - queuedAt);
  }

  boolean isExpired(long now) {
    return expires && deadline - now <= 0;
  }

  /** Whether an answer is waited for. */
  boolean isRequest() {
    return owner != null;
  }

  boolean isOver() {
    return state == DONE;
  }

  boolean isQueued() {
    return state == QUEUED;
  }

  /** Whether it was sent over {@code candidate} and is not done. */
  boolean isSentOver(Wire candidate) {
    return state == SENT && candidate.equals(wire);
  }

  /** What it was sent over last; null before that. */
  @Nullable Wire wire() {
    return wire;
  }

  /** Takes the step to sent; false if it is done already. */
  boolean send(Wire over) {
    wire = over;
    return STATE.compareAndSet(this, QUEUED, SENT);
  }

  /** Whether it was ever handed to a stream. */
  boolean wasSent() {
    return wire != null;
  }

  /** Whether it was handed to {@code candidate}, answered or not. */
  boolean wasSentOver(Wire candidate) {
    return candidate.equals(wire);
  }

  /** Takes the step back: it was not handed over after all. False if it is done. */
  boolean unsend() {
    wire = null;
    return STATE.compareAndSet(this, SENT, QUEUED);
  }

  /** What is written, with the time that is left to it at {@code now}. */
  OutFrame.Member member(long now) {
    writtenAt = now;
    long left = expires ? Math.max(1, TimeUnit.NANOSECONDS.toMicros(deadline - now)) : 0;
    return new OutFrame.Member(envelope, id, left, transfer, payload, from, length, codec);
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
    super.completeExceptionally(error);
    return true;
  }

  /** Ends the wait with an answer. */
  void answer(Message reply) {
    if (STATE.getAndSet(this, DONE) != DONE) {
      super.complete(reply);
    }
  }

  // What whoever holds the future does to it.

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean ended = super.cancel(mayInterruptIfRunning);
    abandon();
    return ended;
  }

  @Override
  public boolean complete(Message value) {
    boolean ended = super.complete(value);
    abandon();
    return ended;
  }

  @Override
  public boolean completeExceptionally(Throwable error) {
    boolean ended = super.completeExceptionally(error);
    abandon();
    return ended;
  }

  private void abandon() {
    int before = STATE.getAndSet(this, DONE);
    Owner told = owner;
    if (before != DONE && told != null) {
      told.abandoned(this, before == SENT);
    }
  }
}
