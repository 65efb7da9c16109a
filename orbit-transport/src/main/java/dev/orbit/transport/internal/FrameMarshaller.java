package dev.orbit.transport.internal;

import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.MessageProto;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.io.IOException;
import java.io.InputStream;

/**
 * Messages as gRPC carries them. What cannot be taken becomes a {@link Frame} that says so, and no
 * exception: for that gRPC would log a stack trace each time and end the stream without a word to
 * the other end.
 */
final class FrameMarshaller implements MethodDescriptor.Marshaller<Frame> {
  private static final MethodDescriptor.Marshaller<MessageProto> MESSAGES =
      ProtoUtils.marshaller(MessageProto.getDefaultInstance());

  private final int maxMessageBytes;

  private FrameMarshaller(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /** The stream, with this limit to what is taken. */
  static MethodDescriptor<Frame, Frame> openStream(int maxMessageBytes) {
    FrameMarshaller marshaller = new FrameMarshaller(maxMessageBytes);
    return ConnectionServiceGrpc.getOpenStreamMethod().toBuilder(marshaller, marshaller).build();
  }

  /**
   * The limit to set in gRPC, which cuts off without a word: further up than ours, so that whoever
   * is a little over it hears why.
   */
  static int hardLimit(int maxMessageBytes) {
    return (int) Math.min(Integer.MAX_VALUE, 2L * maxMessageBytes);
  }

  @Override
  public InputStream stream(Frame value) {
    if (value instanceof Frame.Parsed(MessageProto message)) {
      return MESSAGES.stream(message);
    }
    throw new IllegalArgumentException("only messages are sent, not " + value);
  }

  @Override
  public Frame parse(InputStream stream) {
    try {
      // What was compressed shows its length only when it is read.
      if (stream instanceof KnownLength && stream.available() > maxMessageBytes) {
        return new Frame.TooLarge(stream.available());
      }
      MessageProto message = MESSAGES.parse(stream);
      return new Frame.Parsed(message);
    } catch (StatusRuntimeException e) {
      Throwable cause = e.getCause();
      return new Frame.Garbage(String.valueOf((cause == null ? e : cause).getMessage()));
    } catch (IOException e) {
      return new Frame.Garbage(String.valueOf(e.getMessage()));
    }
  }
}
