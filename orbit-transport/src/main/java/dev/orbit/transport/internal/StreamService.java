package dev.orbit.transport.internal;

import dev.orbit.api.error.OrbitException;
import dev.orbit.proto.Message;
import dev.orbit.proto.Messages;
import dev.orbit.proto.wire.ConnectionInfoRequestProto;
import dev.orbit.proto.wire.ConnectionInfoResponseProto;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service that other ends call: streams of messages, and the question which node this is. */
final class StreamService {
  private static final Logger log = LoggerFactory.getLogger(StreamService.class);

  private final Shared shared;
  private final InboundStreams streams;

  StreamService(Shared shared, InboundStreams streams) {
    this.shared = shared;
    this.streams = streams;
  }

  ServerServiceDefinition definition() {
    ServerCallHandler<Frame, Frame> open =
        (call, headers) -> {
          InboundStream stream = new InboundStream(shared, streams, call);
          streams.begin(stream);
          return stream;
        };
    ServiceDescriptor descriptor =
        ServiceDescriptor.newBuilder(ConnectionServiceGrpc.SERVICE_NAME)
            .addMethod(shared.openStream())
            .addMethod(ConnectionServiceGrpc.getGetConnectionInfoMethod())
            .build();
    return ServerServiceDefinition.builder(descriptor)
        .addMethod(shared.openStream(), open)
        .addMethod(
            ConnectionServiceGrpc.getGetConnectionInfoMethod(),
            ServerCalls.asyncUnaryCall(this::info))
        .build();
  }

  private void info(
      ConnectionInfoRequestProto request, StreamObserver<ConnectionInfoResponseProto> observer) {
    try {
      observer.onNext(
          Messages.toProto(Message.of(0, streams.info().get())).getContent().getInfoResponse());
      observer.onCompleted();
    } catch (OrbitException e) {
      observer.onError(Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
    } catch (RuntimeException e) {
      log.warn("the description of this node failed", e);
      observer.onError(
          Status.INTERNAL
              .withDescription("this node cannot describe itself: " + e)
              .asRuntimeException());
    }
  }
}
