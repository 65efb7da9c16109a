package dev.orbit.raft.internal.grpc;

import dev.orbit.proto.raft.FrameProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One outgoing stream to a peer and the requests on it that wait for an answer. It lives for one
 * connection: when that breaks, its requests fail, and a new lane begins with none. Thread-safe.
 */
final class Lane {
  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private record Waiting(CompletableFuture<FrameProto> answer, long sentNanos) {}

  private final String peer;
  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
  private @Nullable StreamObserver<FrameProto> out;
  private long lastId;
  private long heardNanos;
  private boolean closed;

  Lane(String peer, long nowNanos) {
    this.peer = peer;
    this.heardNanos = nowNanos;
  }

  synchronized void open(StreamObserver<FrameProto> stream, FrameProto greeting) {
    if (!closed) {
      stream.onNext(greeting);
      out = stream;
    }
  }

  CompletableFuture<FrameProto> send(FrameProto.Builder request, long nowNanos) {
    CompletableFuture<FrameProto> answer = new CompletableFuture<>();
    Exception refusal = write(request, answer, nowNanos);
    if (refusal != null) {
      answer.completeExceptionally(refusal);
    }
    return answer;
  }

  private synchronized @Nullable Exception write(
      FrameProto.Builder request, CompletableFuture<FrameProto> answer, long nowNanos) {
    if (out == null || closed) {
      return LinkFailures.notConnected(peer, "its endpoint");
    }
    long id = ++lastId;
    waiting.put(id, new Waiting(answer, nowNanos));
    try {
      out.onNext(request.setId(id).build());
      return null;
    } catch (RuntimeException e) {
      // The stream ended and has not yet told us.
      waiting.remove(id);
      ClosedChannelException broken = LinkFailures.closed(peer, String.valueOf(e.getMessage()));
      broken.addSuppressed(e);
      return broken;
    }
  }

  /** Sends what is not answered; drops it if there is no connection. */
  synchronized void tell(FrameProto frame) {
    if (out != null && !closed) {
      try {
        out.onNext(frame);
      } catch (RuntimeException e) {
        log.debug("peer={} stream gone before a frame: {}", peer, e.getMessage());
      }
    }
  }

  /** Completes the request that {@code frame} answers; ignores it if that one has been given up. */
  void answered(FrameProto frame, long nowNanos) {
    Waiting request;
    synchronized (this) {
      heardNanos = nowNanos;
      request = waiting.remove(frame.getId());
    }
    if (request == null) {
      return;
    }
    if (frame.hasFailure()) {
      request.answer.completeExceptionally(
          new IOException(
              "voter %s failed: %s".formatted(peer, frame.getFailure().getDescription())));
    } else {
      request.answer.complete(frame);
    }
  }

  /** Gives up requests that are older than {@code timeoutNanos}. */
  void expire(long nowNanos, long timeoutNanos) {
    List<Waiting> expired = new ArrayList<>();
    synchronized (this) {
      Iterator<Waiting> oldest = waiting.values().iterator();
      while (oldest.hasNext()) {
        Waiting request = oldest.next();
        if (nowNanos - request.sentNanos < timeoutNanos) {
          break;
        }
        expired.add(request);
        oldest.remove();
      }
    }
    for (Waiting request : expired) {
      request.answer.completeExceptionally(
          new TimeoutException("voter %s did not answer in time".formatted(peer)));
    }
  }

  /** Whether answers are due and nothing at all came for {@code limitNanos}. */
  synchronized boolean isSilent(long nowNanos, long limitNanos) {
    if (waiting.isEmpty() || nowNanos - heardNanos < limitNanos) {
      return false;
    }
    return nowNanos - waiting.values().iterator().next().sentNanos >= limitNanos;
  }

  /** Fails what waits and everything that comes. Idempotent. */
  void close(Exception why) {
    List<Waiting> lost;
    StreamObserver<FrameProto> stream;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      lost = new ArrayList<>(waiting.values());
      waiting.clear();
      stream = out;
      out = null;
    }
    if (stream != null) {
      try {
        stream.onError(why);
      } catch (RuntimeException e) {
        // It ended by itself, which is what was wanted.
        why.addSuppressed(e);
      }
    }
    for (Waiting request : lost) {
      request.answer.completeExceptionally(why);
    }
  }
}
