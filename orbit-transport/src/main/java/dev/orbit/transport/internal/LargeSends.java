package dev.orbit.transport.internal;

import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import java.util.Objects;

/**
 * What one peer sends whose payload goes in parts: the payload by the node's {@link BulkLane}, the
 * message, once the other end keeps the payload, by the peer's own stream and in its turn.
 * Thread-safe.
 */
final class LargeSends implements Transfers.Owner {
  private final Shared shared;
  private final Outbox outbox;
  private final InFlight inFlight;
  private final BulkLane lane;
  private final HeldBack heldBack;
  private final PeerErrors errors;
  private final Runnable entered;

  /**
   * Nothing yet.
   *
   * @param entered run when a message has come into the outbox
   */
  LargeSends(
      Shared shared,
      Outbox outbox,
      InFlight inFlight,
      BulkLane lane,
      PeerErrors errors,
      Runnable entered) {
    this.shared = shared;
    this.outbox = outbox;
    this.inFlight = inFlight;
    this.lane = lane;
    this.heldBack = new HeldBack(outbox);
    this.errors = errors;
    this.entered = entered;
  }

  private boolean splits(Message message) {
    Payload payload = message.payload();
    return payload != null
        && shared.config().bulk().splits(payload.bytes().length, shared.config().maxMessageBytes());
  }

  /**
   * Prepares a message for going without its payload, if that is large.
   *
   * @throws dev.orbit.api.error.NotExecutedException if the payload is larger than any may be
   */
  void prepare(Outgoing outgoing, Message message) {
    if (!splits(message)) {
      return;
    }
    int size = Objects.requireNonNull(message.payload()).bytes().length;
    int most = shared.config().bulk().maxBytes();
    if (size > most) {
      throw errors.tooLarge(size, most, "bulk maxBytes");
    }
    outgoing.carriedBy(lane.out().nextId());
  }

  /**
   * Lets a prepared message into the outbox, in which it has its room; one that waits for a large
   * payload, its own or one to the same actor, later.
   *
   * @throws dev.orbit.api.error.NotExecutedException if too many bytes of payloads wait
   */
  void enter(Message message, Outgoing outgoing) {
    if (outgoing.transfer() == 0) {
      if (!heldBack.isBehind(message.content(), outgoing)) {
        outbox.enter(outgoing);
      }
      return;
    }
    heldBack.begin(message.content(), outgoing);
    Payload payload = Objects.requireNonNull(message.payload());
    if (!lane.out().offer(outgoing.transfer(), outgoing, payload, this)) {
      heldBack.withdraw(outgoing);
      outbox.release(outgoing);
      inFlight.forget(outgoing.id());
      throw errors.full(
          "payloads of %d bytes wait to be sent to node %s"
              .formatted(lane.out().pendingBytes(), lane.node()),
          "bulk windowBytes");
    }
    lane.open();
  }

  void discardOver() {
    heldBack.discardOver();
  }

  void discard(long until) {
    heldBack.discard(until);
  }

  /** Payloads of messages that were sent over that stream are not asked for any more. */
  void streamIsLost(Wire wire) {
    lane.out().streamIsLost(wire);
    lane.wake();
  }

  @Override
  public void arrived(Outgoing message) {
    if (heldBack.go(message)) {
      entered.run();
    } else {
      lane.out().drop(message);
      lane.wake();
    }
  }

  @Override
  public void goesWhole(Outgoing message, byte[] payload) {
    outbox.release(message);
    message.carriesItself(payload);
    boolean fits = message.bytes() <= shared.config().maxMessageBytes();
    if (!fits || !outbox.reserve(message)) {
      // So that what is given back when it is let go has been taken.
      outbox.reserveInAnyCase(message);
      fail(
          message,
          fits
              ? errors.full("%d bytes wait".formatted(outbox.bytes()), "maxQueuedBytes")
              : errors.tooLarge(message, shared.config().maxMessageBytes()));
      return;
    }
    arrived(message);
  }

  @Override
  public void failed(Outgoing message, byte[] payload, Refusal why) {
    fail(message, why.exception(null));
  }

  private void fail(Outgoing message, Throwable error) {
    if (message.isRequest()) {
      inFlight.forget(message.id());
    }
    message.failIfQueued(error);
    heldBack.discardOver();
    // Those behind it may go now.
    entered.run();
  }
}
