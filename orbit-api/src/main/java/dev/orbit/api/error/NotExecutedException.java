package dev.orbit.api.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The call surely had no effect: repeating it is safe. */
public final class NotExecutedException extends OrbitException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  public NotExecutedException(ErrorCode code, String description) {
    this(code, description, null, null);
  }

  public NotExecutedException(ErrorCode code, String description, @Nullable Throwable cause) {
    this(code, description, cause, null);
  }

  public NotExecutedException(
      ErrorCode code,
      String description,
      @Nullable Throwable cause,
      @Nullable Duration retryAfter) {
    super(1, code, description, cause);
    this.retryAfter = retryAfter;
  }

  /** How long to wait before a repetition makes sense, where the refusing end said so. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
