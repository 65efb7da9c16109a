package dev.orbit.api.error;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The actor's method ran and threw. Where the exception's class could be rebuilt at the caller it
 * is the {@linkplain #getCause cause}; its name and message are always known. What caused it in
 * turn follows in the chain of causes, as text where it is of another class.
 */
public final class ActorFailedException extends OrbitException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String remoteType;

  public ActorFailedException(ErrorCode code, String description) {
    this(code, description, null, null);
  }

  public ActorFailedException(ErrorCode code, String description, @Nullable Throwable cause) {
    this(code, description, cause, null);
  }

  public ActorFailedException(
      ErrorCode code, String description, @Nullable Throwable cause, @Nullable String remoteType) {
    super(3, code, description, cause);
    this.remoteType = remoteType;
  }

  /** The class name of what the actor threw, where it threw. */
  public Optional<String> remoteType() {
    return Optional.ofNullable(remoteType);
  }
}
