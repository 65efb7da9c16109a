package dev.orbit.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that the runtime throws at callers. The subclass says what the caller may
 * assume, the code says what happened, the message names actor, node, limit and what to do.
 */
public abstract sealed class OrbitException extends RuntimeException
    permits NotExecutedException,
        OutcomeUnknownException,
        ActorFailedException,
        ProtocolException,
        ConfigurationException,
        StorageException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String description;

  OrbitException(int thousand, ErrorCode code, String description, @Nullable Throwable cause) {
    super(code + ": " + description, cause);
    if (code.number() / 1000 != thousand) {
      throw new IllegalArgumentException(code + " is not a code of " + getClass().getSimpleName());
    }
    this.code = code;
    this.description = description;
  }

  /** What happened. */
  public final ErrorCode code() {
    return code;
  }

  /** The message without the code. */
  public final String description() {
    return description;
  }

  /**
   * The exception of the kind that {@code code} belongs to.
   *
   * @param description without the code
   */
  public static OrbitException of(ErrorCode code, String description) {
    return of(code, description, null);
  }

  /** As {@link #of(ErrorCode, String)}, with a cause. */
  public static OrbitException of(ErrorCode code, String description, @Nullable Throwable cause) {
    return switch (code.number() / 1000) {
      case 1 -> NotExecutedException.of(code, description, cause, null);
      case 2 -> new OutcomeUnknownException(code, description, cause);
      case 3 -> new ActorFailedException(code, description, cause);
      case 4 -> new ProtocolException(code, description, cause);
      case 5 -> new ConfigurationException(code, description, cause);
      default -> new StorageException(code, description, cause);
    };
  }
}
