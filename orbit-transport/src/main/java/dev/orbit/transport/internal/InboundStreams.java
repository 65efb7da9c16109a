package dev.orbit.transport.internal;

import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.transport.MessageHandler;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The streams that other ends have opened, and what they share. Thread-safe. */
final class InboundStreams {
  private final Set<InboundStream> streams = ConcurrentHashMap.newKeySet();
  private final Successions successions = new Successions();
  private final Sessions sessions;
  private final MessageHandler handler;
  private final Supplier<Content.InfoResponse> info;
  private final RateLimitedLog complaints;
  private volatile boolean draining;

  /** Why streams that begin now hear goodbye at once; null while this node does not leave. */
  private volatile @Nullable String leaving;

  InboundStreams(Shared shared, MessageHandler handler, Supplier<Content.InfoResponse> info) {
    Environment environment = shared.environment();
    this.sessions = new Sessions(shared);
    this.handler = handler;
    this.info = info;
    this.complaints = new RateLimitedLog(environment, LoggerFactory.getLogger(InboundStream.class));
  }

  /** Opens this end of a stream, if only to say goodbye: who called comes back too soon. */
  void begin(InboundStream stream) {
    streams.add(stream);
    stream.start();
    String reason = leaving;
    if (reason != null) {
      stream.replies().leave(reason);
    }
  }

  void remove(InboundStream stream) {
    streams.remove(stream);
  }

  /** Which streams are of one process. */
  Sessions sessions() {
    return sessions;
  }

  /** Which streams came in place of which. */
  Successions successions() {
    return successions;
  }

  MessageHandler handler() {
    return handler;
  }

  Supplier<Content.InfoResponse> info() {
    return info;
  }

  RateLimitedLog complaints() {
    return complaints;
  }

  boolean isDraining() {
    return draining;
  }

  /** Refuses new requests from now on. */
  void drain() {
    draining = true;
  }

  int unanswered() {
    return streams.stream().mapToInt(stream -> stream.replies().unanswered()).sum();
  }

  boolean hasQueued() {
    return streams.stream().anyMatch(stream -> stream.replies().hasQueued());
  }

  void leave(String reason) {
    leaving = reason;
    streams.forEach(stream -> stream.replies().leave(reason));
  }

  void close() {
    Status status = Status.UNAVAILABLE.withDescription("this node has stopped");
    streams.forEach(stream -> stream.replies().closeWith(status));
  }
}
