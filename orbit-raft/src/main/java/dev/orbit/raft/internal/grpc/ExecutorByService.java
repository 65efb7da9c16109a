package dev.orbit.raft.internal.grpc;

import dev.orbit.proto.raft.RaftPeerGrpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Leaves the voters' own streams on the event loop, where a hop would cost most of their speed. */
final class ExecutorByService implements ServerCallExecutorSupplier {
  private final Executor others;

  ExecutorByService(Executor others) {
    this.others = others;
  }

  @Override
  public <ReqT, RespT> @Nullable Executor getExecutor(
      ServerCall<ReqT, RespT> call, Metadata metadata) {
    String service = call.getMethodDescriptor().getServiceName();
    return RaftPeerGrpc.SERVICE_NAME.equals(service) ? null : others;
  }
}
