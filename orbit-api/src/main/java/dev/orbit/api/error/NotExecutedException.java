package dev.orbit.api.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The call surely had no effect: repeating it is safe. */
public sealed class NotExecutedException extends OrbitException permits OverloadedException {
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

  /**
   * The exception of that code, which for {@link ErrorCode#OVERLOADED} is an {@link
   * OverloadedException}.
   *
   * @param retryAfter how long to wait before a repetition makes sense; null if that is not known
   */
  public static NotExecutedException of(
      ErrorCode code,
      String description,
      @Nullable Throwable cause,
      @Nullable Duration retryAfter) {
    return code == ErrorCode.OVERLOADED
        ? new OverloadedException(description, cause, retryAfter)
        : new NotExecutedException(code, description, cause, retryAfter);
  }

  /** How long to wait before a repetition makes sense, where the refusing end said so. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
