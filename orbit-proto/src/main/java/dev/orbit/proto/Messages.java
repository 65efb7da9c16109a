package dev.orbit.proto;

import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.MessageProto;
import org.jspecify.annotations.Nullable;

/**
 * {@link Message} to and from {@code MessageProto}.
 *
 * <p>They define what a message is on the wire. What is sent and received often goes through {@link
 * MessageEncoder} and {@link MessageDecoder}, which do the same without the values in between.
 *
 * <p>Content is mandatory, source and target may be missing. Payloads and chunks are shared with
 * the protobuf value, not copied. Everything here is pure and may be called by any thread.
 */
public final class Messages {
  private Messages() {}

  /**
   * The wire form of a message.
   *
   * @throws ProtocolException if it holds what no receiver would take: a negative number, a name
   *     that is too long, a batch in a batch; the description begins with the path of the field
   */
  public static MessageProto toProto(Message message) {
    MessageProto.Builder proto =
        MessageProto.newBuilder()
            .setMessageId(Fields.notNegative("message_id", message.id()))
            .setContent(Contents.toProto(message.content()))
            .setAttempts(Fields.notNegative("attempts", message.attempts()));
    if (message.source() != null) {
      proto.setSource(NodeIds.toProto(message.source()));
    }
    if (message.target() != null) {
      proto.setTarget(Targets.toProto(message.target()));
    }
    putHeaders(message.headers(), proto);
    Payload payload = message.payload();
    if (payload != null) {
      proto
          .setPayloadCodec(payload.codec())
          .setPayload(Fields.wrap(payload.bytes()))
          .setTransfer(Fields.notNegative("transfer", payload.transfer()));
    }
    return proto.build();
  }

  /**
   * The message that was meant.
   *
   * @throws ProtocolException with {@code PROTOCOL_VIOLATION} if a field is missing, of no known
   *     kind or out of range; the description begins with the path of the field. One bad member
   *     fails the whole batch
   */
  public static Message fromProto(MessageProto proto) {
    long id = Fields.notNegative("message_id", proto.getMessageId());
    if (!proto.hasContent()) {
      throw Fields.missing("content");
    }
    return new Message(
        id,
        proto.hasSource() ? NodeIds.fromProto(proto.getSource(), "source") : null,
        proto.hasTarget() ? Targets.fromProto(proto.getTarget()) : null,
        Contents.fromProto(proto.getContent()),
        attempts(proto.getAttempts()),
        headers(proto),
        payload(proto));
  }

  static int attempts(long attempts) {
    if (attempts < 0 || attempts > Integer.MAX_VALUE) {
      throw Fields.violation(
          "attempts", "%d is not within 0 to %d".formatted(attempts, Integer.MAX_VALUE));
    }
    return (int) attempts;
  }

  private static @Nullable Payload payload(MessageProto proto) {
    int codec = proto.getPayloadCodec();
    checkPayload(codec, proto.getPayload().size(), proto.getTransfer());
    return codec == 0
        ? null
        : new Payload(codec, Fields.unwrap(proto.getPayload()), proto.getTransfer());
  }

  static void checkPayload(int codec, int payloadBytes, long transfer) {
    Fields.notNegative("transfer", transfer);
    if (transfer != 0 && (codec == 0 || payloadBytes > 0)) {
      throw Fields.violation(
          "transfer",
          codec == 0
              ? "stands without a payload_codec"
              : "stands beside a payload of %d bytes".formatted(payloadBytes));
    }
    if (codec == 0 && payloadBytes > 0) {
      throw Fields.violation(
          "payload", "has %d bytes without a payload_codec".formatted(payloadBytes));
    }
    if (codec < 0 || codec > 255) {
      throw Fields.violation(
          "payload_codec", "%s is not within 0 to 255".formatted(Integer.toUnsignedString(codec)));
    }
  }

  private static void putHeaders(Headers headers, MessageProto.Builder proto) {
    if (headers.equals(Headers.NONE)) {
      return;
    }
    proto
        .setRemainingMicros(Fields.notNegative("remaining_micros", headers.remainingMicros()))
        .setViewVersion(Fields.notNegative("view_version", headers.viewVersion()))
        .setTargetIncarnation(Fields.notNegative("target_incarnation", headers.targetIncarnation()))
        .setSourceIncarnation(Fields.notNegative("source_incarnation", headers.sourceIncarnation()))
        .putAllTraceContext(Headers.TRACE.checked(headers.trace()))
        .setPrincipal(
            Fields.name("principal", headers.principal(), 0, Headers.MAX_PRINCIPAL_LENGTH))
        .setPlaced(headers.placed())
        .setCredit(Fields.notNegative("credit", headers.credit()));
    CallScopes.put(headers.call(), proto);
  }

  private static Headers headers(MessageProto proto) {
    return new Headers(
        Fields.notNegative("remaining_micros", proto.getRemainingMicros()),
        Fields.notNegative("view_version", proto.getViewVersion()),
        Fields.notNegative("target_incarnation", proto.getTargetIncarnation()),
        Fields.notNegative("source_incarnation", proto.getSourceIncarnation()),
        CallScopes.fromProto(proto),
        Headers.TRACE.checked(proto.getTraceContextMap()),
        Fields.name("principal", proto.getPrincipal(), 0, Headers.MAX_PRINCIPAL_LENGTH),
        proto.getPlaced(),
        Fields.notNegative("credit", proto.getCredit()));
  }
}
