package dev.orbit.transport.internal;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.proto.wire.HealthCheckRequestProto;
import dev.orbit.proto.wire.HealthCheckResponseProto;
import dev.orbit.proto.wire.HealthServiceGrpc;
import dev.orbit.transport.HealthBoard;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks nodes about their health. Each question has a connection of its own: an answer shows that
 * the node can be reached now, whatever an older connection is at. Thread-safe.
 */
final class HealthQuery {
  private final Shared shared;

  HealthQuery(Shared shared) {
    this.shared = shared;
  }

  CompletionStage<HealthBoard.Status> ask(NodeId node, Duration timeout) {
    return CompletableFuture.supplyAsync(
            () -> askBlocking(node, timeout), shared.environment().virtualThreads())
        // A failure of the supplier would come wrapped.
        .exceptionallyCompose(
            thrown ->
                CompletableFuture.failedFuture(
                    thrown.getCause() == null ? thrown : thrown.getCause()));
  }

  private HealthBoard.Status askBlocking(NodeId node, Duration timeout) {
    ManagedChannel channel = channel(node);
    try {
      HealthCheckResponseProto answer =
          ClientCalls.blockingUnaryCall(
              shared.io().expecting(node, channel),
              HealthServiceGrpc.getCheckMethod(),
              CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS),
              HealthCheckRequestProto.newBuilder().setService(HealthBoard.ORBIT).build());
      return switch (answer.getStatus()) {
        case SERVING -> HealthBoard.Status.SERVING;
        case NOT_SERVING -> HealthBoard.Status.NOT_SERVING;
        case UNKNOWN, SERVICE_UNKNOWN, UNRECOGNIZED -> HealthBoard.Status.UNKNOWN;
      };
    } catch (StatusRuntimeException e) {
      throw unanswered(node, e.getStatus().getCode() + ": " + e.getStatus().getDescription(), e);
    } finally {
      channel.shutdownNow();
    }
  }

  private ManagedChannel channel(NodeId node) {
    Endpoint endpoint =
        shared
            .resolver()
            .resolveNode(node)
            .orElseThrow(() -> unanswered(node, "the node resolver knows no endpoint of it", null));
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    if (address.isUnresolved()) {
      throw unanswered(
          node, "the host name in %s is not known to the system".formatted(endpoint), null);
    }
    try {
      return shared.io().channel(address, shared.io().nextLoop());
    } catch (IllegalStateException e) {
      throw unanswered(node, "this transport is closed", e);
    }
  }

  private static NotExecutedException unanswered(
      NodeId node, String why, @Nullable Throwable cause) {
    return new NotExecutedException(
        ErrorCode.NODE_UNAVAILABLE,
        "node %s did not say how it is: %s".formatted(node, why),
        cause);
  }
}
