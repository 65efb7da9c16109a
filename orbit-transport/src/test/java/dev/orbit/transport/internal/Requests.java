package dev.orbit.transport.internal;

import dev.orbit.proto.Content;
import dev.orbit.proto.Envelope;
import dev.orbit.proto.Message;
import dev.orbit.proto.MessageEncoder;
import dev.orbit.proto.Payload;
import java.util.Optional;

/** Messages that queues and tables are tried with. */
final class Requests {
  private static final Envelope ENVELOPE =
      new MessageEncoder(null).encode(Message.of(0, new Content.Failure("", Optional.empty())), 0);

  private Requests() {}

  static Outgoing request(long id, long now, long timeoutNanos) {
    return request(id, now, timeoutNanos, (request, wasSent) -> {});
  }

  static Outgoing request(long id, long now, long timeoutNanos, Outgoing.Owner owner) {
    return Outgoing.request(id, ENVELOPE, null, new Outgoing.Times(now, timeoutNanos), owner);
  }

  static Outgoing oneWay(long id, int payloadBytes, long now) {
    return oneWay(id, new byte[payloadBytes], now);
  }

  static Outgoing oneWay(long id, byte[] payload, long now) {
    return Outgoing.oneWay(id, ENVELOPE, new Payload(1, payload), new Outgoing.Times(now, 0));
  }

  static Outgoing alone(long now) {
    return Outgoing.alone(ENVELOPE, new Outgoing.Times(now, 0));
  }
}
