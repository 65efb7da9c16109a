package dev.orbit.proto;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.BatchProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@link Message} to and from {@code MessageProto}.
 *
 * <p>What arrives is read by {@link #receive}, which looks into batches and hands out one message
 * after the other: a message that cannot be read is reported with its id and spoils none of the
 * others. {@link #fromProto} is for a single message and all or nothing.
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
      proto.setPayloadCodec(payload.codec()).setPayload(Fields.wrap(payload.bytes()));
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

  /**
   * Reads what arrived in one piece: one message, or the members of a batch in their order. Each is
   * given to exactly one of the two receivers. Of the message around a batch nothing but the batch
   * counts. What a receiver throws comes out of this method, and the rest of the batch is then not
   * read.
   */
  public static void receive(
      MessageProto proto, Consumer<Message> messages, Consumer<BadMessage> bad) {
    if (!Contents.isBatch(proto)) {
      receiveOne(proto, messages, bad);
      return;
    }
    List<MessageProto> members = proto.getContent().getBatch().getMessagesList();
    for (int i = 0; i < members.size(); i++) {
      MessageProto member = members.get(i);
      if (Contents.isBatch(member)) {
        bad.accept(BadMessage.of(member, Contents.nested(i)));
      } else {
        receiveOne(member, messages, bad);
      }
    }
  }

  private static void receiveOne(
      MessageProto proto, Consumer<Message> messages, Consumer<BadMessage> bad) {
    Message message;
    try {
      message = fromProto(proto);
    } catch (ProtocolException e) {
      bad.accept(BadMessage.of(proto, e));
      return;
    }
    messages.accept(message);
  }

  /**
   * One message that carries all of these in their order.
   *
   * @throws ProtocolException if one of them is a batch itself
   */
  public static MessageProto batch(List<MessageProto> members) {
    for (int i = 0; i < members.size(); i++) {
      if (Contents.isBatch(members.get(i))) {
        throw Contents.nested(i);
      }
    }
    return MessageProto.newBuilder()
        .setContent(
            MessageContentProto.newBuilder()
                .setBatch(BatchProto.newBuilder().addAllMessages(members)))
        .build();
  }

  /**
   * The message that these bytes encode.
   *
   * @throws ProtocolException if they are not a message, or one that {@link #fromProto} refuses
   */
  public static Message decode(byte[] bytes) {
    return fromProto(parse(bytes));
  }

  /**
   * The bytes as protobuf.
   *
   * @throws ProtocolException if they are not a message
   */
  public static MessageProto parse(byte[] bytes) {
    try {
      return MessageProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new ProtocolException(
          ErrorCode.PROTOCOL_VIOLATION,
          "%d bytes are not a message: %s".formatted(bytes.length, e.getMessage()),
          e);
    }
  }

  /** The message as bytes, as {@link #toProto}. */
  public static byte[] encode(Message message) {
    return toProto(message).toByteArray();
  }

  /**
   * The id of a message that {@link #parse} refused, so that its sender can be answered; empty when
   * the damage lies before the id.
   */
  public static OptionalLong salvageId(byte[] bytes) {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    try {
      int tag = in.readTag();
      while (tag != 0) {
        if (tag == (MessageProto.MESSAGE_ID_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT)) {
          return OptionalLong.of(in.readInt64());
        }
        in.skipField(tag);
        tag = in.readTag();
      }
    } catch (IOException e) {
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
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
    checkCodec(codec, proto.getPayload().size());
    return codec == 0 ? null : new Payload(codec, Fields.unwrap(proto.getPayload()));
  }

  static void checkCodec(int codec, int payloadBytes) {
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
        .putAllTraceContext(headers.trace())
        .setPrincipal(
            Fields.name("principal", headers.principal(), 0, Headers.MAX_PRINCIPAL_LENGTH))
        .setPlaced(headers.placed());
    CallScopes.put(headers.call(), proto);
  }

  private static Headers headers(MessageProto proto) {
    return new Headers(
        Fields.notNegative("remaining_micros", proto.getRemainingMicros()),
        Fields.notNegative("view_version", proto.getViewVersion()),
        Fields.notNegative("target_incarnation", proto.getTargetIncarnation()),
        Fields.notNegative("source_incarnation", proto.getSourceIncarnation()),
        CallScopes.fromProto(proto),
        proto.getTraceContextMap(),
        Fields.name("principal", proto.getPrincipal(), 0, Headers.MAX_PRINCIPAL_LENGTH),
        proto.getPlaced());
  }
}
