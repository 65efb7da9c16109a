package dev.orbit.transport.internal;

import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.MessageProto;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.io.InputStream;

/**
 * Messages as gRPC carries them. Bytes that cannot be parsed become a {@link Frame.Garbage} and no
 * exception, because gRPC would log that one for each time with a stack trace and close the stream
 * without a word.
 */
final class FrameMarshaller implements MethodDescriptor.Marshaller<Frame> {
  /** The stream, with these marshallers both ways. */
  static final MethodDescriptor<Frame, Frame> OPEN_STREAM =
      ConnectionServiceGrpc.getOpenStreamMethod().toBuilder(
              new FrameMarshaller(), new FrameMarshaller())
          .build();

  private static final MethodDescriptor.Marshaller<MessageProto> MESSAGES =
      ProtoUtils.marshaller(MessageProto.getDefaultInstance());

  private FrameMarshaller() {}

  @Override
  public InputStream stream(Frame value) {
    return switch (value) {
      case Frame.Parsed(MessageProto message) -> MESSAGES.stream(message);
      case Frame.Garbage(String why) ->
          throw new IllegalArgumentException("garbage is not sent: " + why);
    };
  }

  @Override
  public Frame parse(InputStream stream) {
    try {
      return new Frame.Parsed(MESSAGES.parse(stream));
    } catch (StatusRuntimeException e) {
      Throwable cause = e.getCause();
      return new Frame.Garbage(String.valueOf((cause == null ? e : cause).getMessage()));
    }
  }
}
