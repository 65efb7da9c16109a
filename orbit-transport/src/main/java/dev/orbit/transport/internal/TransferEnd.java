package dev.orbit.transport.internal;

import dev.orbit.proto.Content;
import dev.orbit.proto.Content.TransferStep;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import org.jspecify.annotations.Nullable;

/**
 * One end of the exchange of large payloads with another: what goes, what comes, and what the two
 * ends tell each other about it. All of it belongs to the stream that carries them at present; with
 * the stream it is forgotten. Thread-safe.
 */
final class TransferEnd {
  /** The stream that carries payloads, if there is one. */
  interface Carrier {
    /** Tells the other end something. */
    void say(Content content);

    /** There is something to write. */
    void wake();

    /** The other end has payloads for this one and no stream to carry them. */
    void wanted();
  }

  private final Shared shared;
  private final Carrier carrier;
  private final Transfers out;
  private volatile TransferStore in;

  TransferEnd(Shared shared, Carrier carrier) {
    this.shared = shared;
    this.carrier = carrier;
    this.out = new Transfers(shared);
    this.in = newStore();
  }

  private TransferStore newStore() {
    return new TransferStore(shared.config().bulk(), shared.counters().copiesIn);
  }

  /** What goes out. */
  Transfers out() {
    return out;
  }

  /** There is a stream that carries, and the other end takes so much. */
  void opened(Content.Bulk takes) {
    in = newStore();
    out.opened(takes);
  }

  /** The stream is lost. */
  void lost() {
    out.lost();
    in = newStore();
  }

  /** The other end sends a part, or says how it stands with a transfer. */
  void heard(Message message) {
    switch (message.content()) {
      case Content.Chunk chunk -> part(message, chunk);
      case Content.Transfer transfer -> heard(transfer);
      default -> throw new IllegalArgumentException("not of a transfer: " + message);
    }
  }

  private void part(Message message, Content.Chunk chunk) {
    Payload payload = message.payload();
    byte[] part = payload == null ? chunk.data() : payload.bytes();
    shared.counters().partsReceived.increment();
    TransferStep step = in.part(chunk, part);
    if (step != null) {
      carrier.say(new Content.Transfer(chunk.transferId(), step));
    }
  }

  private void heard(Content.Transfer transfer) {
    switch (transfer.step()) {
      case WANTED -> carrier.wanted();
      case DROPPED -> {
        if (in.drop(transfer.id())) {
          carrier.say(new Content.Transfer(transfer.id(), TransferStep.CLAIMED));
        }
      }
      case KEPT, REFUSED, CLAIMED -> {
        out.heard(transfer.id(), transfer.step());
        carrier.wake();
      }
    }
  }

  /** The message with the payload that it refers to; null if that was lost. */
  @Nullable Message whole(Message message) {
    Payload reference = message.payload();
    if (reference == null || reference.transfer() == 0) {
      return message;
    }
    byte[] bytes = in.claim(reference.transfer());
    if (bytes == null) {
      return null;
    }
    carrier.say(new Content.Transfer(reference.transfer(), TransferStep.CLAIMED));
    return message.withPayload(new Payload(reference.codec(), bytes));
  }
}
