package dev.orbit.transport.internal;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import java.time.Duration;
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
}
