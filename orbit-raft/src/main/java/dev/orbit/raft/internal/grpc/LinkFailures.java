package dev.orbit.raft.internal.grpc;

import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;

/** The statuses of gRPC as the exceptions that consensus engines tell apart. */
final class LinkFailures {
  private LinkFailures() {}

  /** Stands for a connection that broke under a request that had been sent. */
  static ClosedChannelException closed(String peer, String why) {
    ClosedChannelException closed = new ClosedChannelException();
    closed.initCause(new IOException("the connection to voter %s broke: %s".formatted(peer, why)));
    return closed;
  }

  static ConnectException notConnected(String peer, Object endpoint) {
    return new ConnectException("voter %s at %s is not connected".formatted(peer, endpoint));
  }

  static Exception of(String peer, Status status) {
    String why = describe(status);
    return switch (status.getCode()) {
      case UNAVAILABLE -> new ConnectException("voter %s is unavailable: %s".formatted(peer, why));
      case DEADLINE_EXCEEDED ->
          new TimeoutException("voter %s did not answer in time".formatted(peer));
      case CANCELLED,
          ABORTED,
          INTERNAL,
          UNKNOWN,
          OK,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          DATA_LOSS,
          UNAUTHENTICATED ->
          closed(peer, why);
    };
  }

  static String describe(Status status) {
    Throwable cause = status.getCause();
    String description = status.getDescription();
    if (cause != null && cause.getMessage() != null) {
      return status.getCode() + ": " + cause.getMessage();
    }
    return description == null ? status.getCode().name() : status.getCode() + ": " + description;
  }
}
