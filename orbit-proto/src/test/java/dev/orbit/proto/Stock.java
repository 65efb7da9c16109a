package dev.orbit.proto;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.BatchProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import java.util.List;
import java.util.function.Consumer;

/**
 * Messages written and read by protobuf's own code alone, as anybody else would, which what is
 * written by hand is compared with.
 */
final class Stock {
  private Stock() {}

  static byte[] encode(Message message) {
    return Messages.toProto(message).toByteArray();
  }

  /** All or nothing, as {@link Messages#fromProto}. */
  static Message decode(byte[] bytes) {
    MessageProto proto;
    try {
      proto = MessageProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new ProtocolException(
          ErrorCode.PROTOCOL_VIOLATION, "is not a message: " + e.getMessage(), e);
    }
    return Messages.fromProto(proto);
  }

  static MessageProto batch(List<MessageProto> members) {
    return MessageProto.newBuilder()
        .setContent(
            MessageContentProto.newBuilder()
                .setBatch(BatchProto.newBuilder().addAllMessages(members)))
        .build();
  }

  /** One message, or the members of a batch in their order, each to one of the two. */
  static void receive(MessageProto proto, Consumer<Message> messages, Consumer<BadMessage> bad) {
    if (!Contents.isBatch(proto)) {
      receiveOne(proto, messages, bad);
      return;
    }
    List<MessageProto> members = proto.getContent().getBatch().getMessagesList();
    for (int i = 0; i < members.size(); i++) {
      MessageProto member = members.get(i);
      if (Contents.isBatch(member)) {
        bad.accept(bad(member, Contents.nested(i)));
      } else {
        receiveOne(member, messages, bad);
      }
    }
  }

  private static void receiveOne(
      MessageProto proto, Consumer<Message> messages, Consumer<BadMessage> bad) {
    Message message;
    try {
      message = Messages.fromProto(proto);
    } catch (ProtocolException e) {
      bad.accept(bad(proto, e));
      return;
    }
    messages.accept(message);
  }

  private static BadMessage bad(MessageProto proto, ProtocolException error) {
    return new BadMessage(
        proto.getMessageId(),
        BadMessage.roleOf(
            proto.getContent().getContentCase(),
            proto.getContent().getInvocationRequest().getOneWay()),
        error);
  }
}
