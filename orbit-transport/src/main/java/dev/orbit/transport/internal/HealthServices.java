package dev.orbit.transport.internal;

import dev.orbit.proto.wire.HealthCheckRequestProto;
import dev.orbit.proto.wire.HealthCheckResponseProto;
import dev.orbit.proto.wire.HealthServiceGrpc;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.HealthBoard.Status;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;

/**
 * Both health services, gRPC's standard one and Orbit's own, from the one {@link HealthBoard}. gRPC
 * ships an implementation of the standard one with a store of statuses of its own; a second store
 * could disagree with the first.
 */
final class HealthServices {
  private HealthServices() {}

  static List<BindableService> of(HealthBoard board) {
    return List.of(new Standard(board), new Own(board));
  }

  private static final class Standard extends HealthGrpc.HealthImplBase {
    private final HealthFeed<HealthCheckResponse> feed;

    Standard(HealthBoard board) {
      feed =
          new HealthFeed<>(
              board, status -> HealthCheckResponse.newBuilder().setStatus(words(status)).build());
    }

    private static ServingStatus words(Optional<Status> status) {
      return status.isEmpty()
          ? ServingStatus.SERVICE_UNKNOWN
          : switch (status.get()) {
            case SERVING -> ServingStatus.SERVING;
            case NOT_SERVING -> ServingStatus.NOT_SERVING;
            case UNKNOWN -> ServingStatus.UNKNOWN;
          };
    }

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
      feed.check(request.getService(), observer);
    }

    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
      feed.watch(request.getService(), observer);
    }
  }

  private static final class Own extends HealthServiceGrpc.HealthServiceImplBase {
    private final HealthFeed<HealthCheckResponseProto> feed;

    Own(HealthBoard board) {
      feed =
          new HealthFeed<>(
              board,
              status -> HealthCheckResponseProto.newBuilder().setStatus(words(status)).build());
    }

    private static HealthCheckResponseProto.ServingStatus words(Optional<Status> status) {
      return status.isEmpty()
          ? HealthCheckResponseProto.ServingStatus.SERVICE_UNKNOWN
          : switch (status.get()) {
            case SERVING -> HealthCheckResponseProto.ServingStatus.SERVING;
            case NOT_SERVING -> HealthCheckResponseProto.ServingStatus.NOT_SERVING;
            case UNKNOWN -> HealthCheckResponseProto.ServingStatus.UNKNOWN;
          };
    }

    @Override
    public void check(
        HealthCheckRequestProto request, StreamObserver<HealthCheckResponseProto> observer) {
      feed.check(request.getService(), observer);
    }

    @Override
    public void watch(
        HealthCheckRequestProto request, StreamObserver<HealthCheckResponseProto> observer) {
      feed.watch(request.getService(), observer);
    }
  }
}
