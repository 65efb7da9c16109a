package dev.orbit.transport.internal;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Messages;
import dev.orbit.proto.wire.ConnectionInfoRequestProto;
import dev.orbit.proto.wire.ConnectionInfoResponseProto;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.limits.RetryBudget;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks endpoints which node listens there, several times where nobody does; each question has a
 * connection of its own. Thread-safe.
 */
final class InfoQuery {
  private final Shared shared;
  private final RetryBudget budget;

  InfoQuery(Shared shared, RetryBudget budget) {
    this.shared = shared;
    this.budget = budget;
  }

  CompletionStage<Content.InfoResponse> ask(Endpoint endpoint) {
    long end = shared.environment().nanoTime() + shared.config().requestTimeout().toNanos();
    budget.attempted();
    Backoff pauses = new Backoff(shared.config(), shared.environment().random());
    return ask(endpoint, pauses, 1, end);
  }

  private CompletionStage<Content.InfoResponse> ask(
      Endpoint endpoint, Backoff pauses, int attempt, long end) {
    return CompletableFuture.supplyAsync(
            () -> askBlocking(endpoint, end), shared.environment().virtualThreads())
        .exceptionallyCompose(
            thrown -> {
              // A failure of the supplier comes wrapped.
              Throwable why = thrown.getCause() == null ? thrown : thrown.getCause();
              Duration pause = pauses.next();
              boolean inTime = end - shared.environment().nanoTime() > pause.toNanos();
              return attempt < shared.config().retryAttempts()
                      && isPassing(why)
                      && inTime
                      && budget.take(shared.environment().nanoTime())
                  ? after(pause, () -> ask(endpoint, pauses, attempt + 1, end))
                  : CompletableFuture.failedFuture(why);
            });
  }

  /** Nobody listened, or whoever did went away: another attempt may find one that is there. */
  private static boolean isPassing(Throwable failure) {
    return failure.getCause() instanceof StatusRuntimeException status
        && (status.getStatus().getCode() == Status.Code.UNAVAILABLE
            || status.getStatus().getCode() == Status.Code.ABORTED);
  }

  private <T> CompletionStage<T> after(Duration pause, Supplier<CompletionStage<T>> next) {
    CompletableFuture<T> result = new CompletableFuture<>();
    shared
        .environment()
        .schedule(
            pause,
            () ->
                next.get()
                    .whenComplete(
                        (value, failure) -> {
                          if (failure == null) {
                            result.complete(value);
                          } else {
                            result.completeExceptionally(failure);
                          }
                        }));
    return result;
  }

  private Content.InfoResponse askBlocking(Endpoint endpoint, long end) {
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    if (address.isUnresolved()) {
      throw unavailable(endpoint, "the host name is not known to the system", null);
    }
    ManagedChannel channel;
    try {
      channel = shared.io().channel(address, shared.io().nextLoop());
    } catch (IllegalStateException e) {
      throw unavailable(endpoint, "this transport is closed", e);
    }
    try {
      ConnectionInfoResponseProto answer =
          ClientCalls.blockingUnaryCall(
              shared.io().expectingANode(channel),
              ConnectionServiceGrpc.getGetConnectionInfoMethod(),
              CallOptions.DEFAULT.withDeadlineAfter(
                  Math.max(1, end - shared.environment().nanoTime()), TimeUnit.NANOSECONDS),
              ConnectionInfoRequestProto.getDefaultInstance());
      return checked(endpoint, answer);
    } catch (StatusRuntimeException e) {
      throw unavailable(
          endpoint, e.getStatus().getCode() + ": " + e.getStatus().getDescription(), e);
    } finally {
      channel.shutdownNow();
    }
  }

  private Content.InfoResponse checked(Endpoint endpoint, ConnectionInfoResponseProto answer) {
    MessageProto message =
        MessageProto.newBuilder()
            .setContent(MessageContentProto.newBuilder().setInfoResponse(answer))
            .build();
    if (!(Messages.fromProto(message).content() instanceof Content.InfoResponse info)) {
      throw new IllegalStateException("an info response became something else");
    }
    String cluster = info.node().namespace();
    if (!shared.identity().accepts(cluster, false)) {
      throw new ProtocolException(
          ErrorCode.WRONG_CLUSTER,
          "%s is node %s of cluster '%s', this process belongs to cluster '%s'"
              .formatted(endpoint, info.node(), cluster, shared.identity().cluster()));
    }
    return info;
  }

  private static NotExecutedException unavailable(
      Endpoint endpoint, String why, @Nullable Throwable cause) {
    return new NotExecutedException(
        ErrorCode.NODE_UNAVAILABLE,
        "%s did not tell which node it is: %s; is a node running there?".formatted(endpoint, why),
        cause);
  }
}
