package dev.orbit.raft.internal.membership.grpc;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.api.error.ProtocolException;
import io.grpc.Status;
import java.net.ConnectException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a failed request to a voter means for its sender. */
final class StatusErrors {
  private StatusErrors() {}

  static OrbitException of(String voter, Throwable failure) {
    Status status = Status.fromThrowable(failure);
    String text = "%s: %s".formatted(voter, text(status));
    return switch (status.getCode()) {
      case FAILED_PRECONDITION -> new ProtocolException(ErrorCode.WRONG_CLUSTER, text, failure);
      case UNIMPLEMENTED ->
          new NotExecutedException(
              ErrorCode.NODE_UNAVAILABLE, text + "; is this the Raft port of a voter?", failure);
      case UNAVAILABLE ->
          isConnectFailure(failure)
              ? new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, text, failure)
              : new OutcomeUnknownException(ErrorCode.CONNECTION_LOST, text, failure);
      case DEADLINE_EXCEEDED ->
          new OutcomeUnknownException(ErrorCode.DEADLINE_DURING_EXECUTION, text, failure);
      case OK,
          CANCELLED,
          UNKNOWN,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          RESOURCE_EXHAUSTED,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          new OutcomeUnknownException(ErrorCode.CONNECTION_LOST, text, failure);
    };
  }

  private static String text(Status status) {
    String description = Objects.requireNonNullElse(status.getDescription(), "no description");
    return status.getCode() + ", " + description;
  }

  private static boolean isConnectFailure(Throwable failure) {
    @Nullable Throwable cause = failure;
    while (cause != null) {
      if (cause instanceof ConnectException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
