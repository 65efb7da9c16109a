package dev.orbit.transport.internal;

import dev.orbit.proto.wire.ConnectionServiceGrpc;
import io.grpc.MethodDescriptor;
import java.io.InputStream;

/**
 * Messages as gRPC carries them. It reads nothing: what arrives goes to the listener as it is,
 * which reads it before it returns, so that what cannot be taken can be answered. An exception from
 * here would make gRPC log a stack trace each time and end the stream without a word to the other
 * end.
 */
final class FrameMarshaller implements MethodDescriptor.Marshaller<Frame> {
  private static final FrameMarshaller MARSHALLER = new FrameMarshaller();

  private FrameMarshaller() {}

  static MethodDescriptor<Frame, Frame> openStream() {
    return ConnectionServiceGrpc.getOpenStreamMethod().toBuilder(MARSHALLER, MARSHALLER).build();
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
    if (value instanceof OutFrame frame) {
      return frame.stream();
    }
    throw new IllegalArgumentException("only messages are sent, not " + value);
  }

  @Override
  public Frame parse(InputStream stream) {
    return new Frame.Arrived(stream);
  }
}
