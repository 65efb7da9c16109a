package dev.orbit.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The call may have run, once or not at all: ask the actor before repeating what must not happen
 * twice.
 */
public final class OutcomeUnknownException extends OrbitException {
  private static final long serialVersionUID = 1L;

  public OutcomeUnknownException(ErrorCode code, String description) {
    this(code, description, null);
  }

  public OutcomeUnknownException(ErrorCode code, String description, @Nullable Throwable cause) {
    super(2, code, description, cause);
  }
}
