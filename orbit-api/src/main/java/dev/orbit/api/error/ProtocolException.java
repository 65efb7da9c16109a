package dev.orbit.api.error;

import org.jspecify.annotations.Nullable;

/** The two ends do not speak the same protocol or do not belong together. */
public final class ProtocolException extends OrbitException {
  private static final long serialVersionUID = 1L;

  public ProtocolException(ErrorCode code, String description) {
    this(code, description, null);
  }

  public ProtocolException(ErrorCode code, String description, @Nullable Throwable cause) {
    super(4, code, description, cause);
  }
}
