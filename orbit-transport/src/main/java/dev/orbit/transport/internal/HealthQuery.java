package dev.orbit.transport.internal;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.proto.wire.HealthCheckRequestProto;
import dev.orbit.proto.wire.HealthCheckResponseProto;
import dev.orbit.proto.wire.HealthServiceGrpc;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.internal.tls.Tls;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks nodes about their health, each over a connection that carries nothing else: an answer waits
 * behind no other traffic. The connection is kept as long as its questions are answered. The one
 * that is not is the last on it, so that the next shows whether the node can be reached anew.
 * Thread-safe.
 */
final class HealthQuery {
  /** A connection is closed when nobody has asked over it for so long. */
  static final Duration MOST_UNASKED = Duration.ofMinutes(1);

  private final Shared shared;

  /** Guarded by itself. */
  private final Map<NodeId, Line> lines = new HashMap<>();

  private static final class Line {
    final InetSocketAddress address;
    final ManagedChannel channel;
    final long madeAt;
    final long certificates;
    long askedAt;

    Line(InetSocketAddress address, ManagedChannel channel, long now, long certificates) {
      this.address = address;
      this.channel = channel;
      this.madeAt = now;
      this.certificates = certificates;
    }
  }

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
    InetSocketAddress address = addressOf(node);
    Line line = line(node, address);
    try {
      return askOver(line, node, timeout);
    } catch (StatusRuntimeException e) {
      if (giveUp(node, line) || e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
        throw unanswered(node, e);
      }
    }
    // Another question has given the connection up before this one was on its way.
    Line next = line(node, address);
    try {
      return askOver(next, node, timeout);
    } catch (StatusRuntimeException e) {
      var _ = giveUp(node, next);
      throw unanswered(node, e);
    }
  }

  private HealthBoard.Status askOver(Line line, NodeId node, Duration timeout) {
    HealthCheckResponseProto answer =
        ClientCalls.blockingUnaryCall(
            shared.io().expecting(node, line.channel),
            HealthServiceGrpc.getCheckMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS),
            HealthCheckRequestProto.newBuilder().setService(HealthBoard.ORBIT).build());
    return switch (answer.getStatus()) {
      case SERVING -> HealthBoard.Status.SERVING;
      case NOT_SERVING -> HealthBoard.Status.NOT_SERVING;
      case UNKNOWN, SERVICE_UNKNOWN, UNRECOGNIZED -> HealthBoard.Status.UNKNOWN;
    };
  }

  private InetSocketAddress addressOf(NodeId node) {
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
    return address;
  }

  private Line line(NodeId node, InetSocketAddress address) {
    long now = shared.environment().nanoTime();
    synchronized (lines) {
      Line line = lines.get(node);
      if (line == null || !line.address.equals(address) || isOld(line, now)) {
        if (line != null) {
          var _ = giveUp(node, line);
        }
        line = new Line(address, channel(node, address), now, certificates());
        lines.put(node, line);
      }
      line.askedAt = now;
      closeUnasked(now);
      return line;
    }
  }

  private boolean isOld(Line line, long now) {
    long most = shared.config().maxAge().toNanos();
    return line.certificates != certificates() || (most > 0 && now - line.madeAt >= most);
  }

  /** Changes whenever other certificates are to be used and trusted. */
  private long certificates() {
    Tls tls = shared.io().tls();
    return tls == null ? 0 : tls.changes();
  }

  private void closeUnasked(long now) {
    lines
        .values()
        .removeIf(
            line -> {
              boolean unasked = now - line.askedAt >= MOST_UNASKED.toNanos();
              if (unasked) {
                line.channel.shutdown();
              }
              return unasked;
            });
  }

  /**
   * Closes a connection once the other questions that are under way on it are over.
   *
   * @return false if another has done so before
   */
  private boolean giveUp(NodeId node, Line line) {
    boolean kept;
    synchronized (lines) {
      kept = lines.remove(node, line);
    }
    line.channel.shutdown();
    return kept;
  }

  private ManagedChannel channel(NodeId node, InetSocketAddress address) {
    try {
      return shared.io().channel(address, shared.io().nextLoop());
    } catch (IllegalStateException e) {
      throw unanswered(node, "this transport is closed", e);
    }
  }

  private static NotExecutedException unanswered(NodeId node, StatusRuntimeException e) {
    return unanswered(node, e.getStatus().getCode() + ": " + e.getStatus().getDescription(), e);
  }

  private static NotExecutedException unanswered(
      NodeId node, String why, @Nullable Throwable cause) {
    return new NotExecutedException(
        ErrorCode.NODE_UNAVAILABLE,
        "node %s did not say how it is: %s".formatted(node, why),
        cause);
  }
}
