package dev.orbit.transport.internal;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a peer cannot be talked to. Each failed request gets an exception of its own, because stack
 * traces must not be shared.
 *
 * @param code of a kind that says that nothing was run, or of the protocol kind
 */
record Refusal(ErrorCode code, String description, @Nullable Throwable cause) {
  static Refusal unavailable(String description, @Nullable Throwable cause) {
    return new Refusal(ErrorCode.NODE_UNAVAILABLE, description, cause);
  }

  /** What the status of a stream to {@code whom} says. */
  static Refusal of(Status status, String whom) {
    Throwable cause = status.getCause();
    String detail =
        "%s: %s%s%s"
            .formatted(
                whom,
                status.getCode(),
                status.getDescription() == null ? "" : " " + status.getDescription(),
                cause == null ? "" : " (" + rootOf(cause) + ")");
    return status.getCode() == Status.Code.UNAUTHENTICATED
        ? new Refusal(ErrorCode.UNAUTHENTICATED, detail, cause)
        : unavailable(detail, cause);
  }

  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    Throwable cause = root.getCause();
    while (cause != null) {
      root = cause;
      cause = root.getCause();
    }
    return root;
  }

  static Refusal full(String description) {
    return new Refusal(ErrorCode.OVERLOADED, description, null);
  }

  static Refusal leaving(String reason) {
    return new Refusal(ErrorCode.SHUTTING_DOWN, "this process leaves: " + reason, null);
  }

  /** For a request that was not sent. */
  OrbitException exception(@Nullable Duration retryAfter) {
    if (code.number() / 1000 == 1) {
      return new NotExecutedException(code, description, cause, retryAfter);
    }
    return OrbitException.of(code, description, cause);
  }

  /** Tells the sender of a message that it was not run. */
  static Content answer(
      Message message, ErrorCode code, String why, Optional<Duration> retryAfter) {
    return message.content() instanceof Content.InvocationRequest
        ? new Content.InvocationError(why, "", Optional.of(code), Optional.empty(), retryAfter)
        : new Content.Failure(why, Optional.of(code));
  }
}
