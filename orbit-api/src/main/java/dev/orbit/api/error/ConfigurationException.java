package dev.orbit.api.error;

import org.jspecify.annotations.Nullable;

/** Something is set or written in a way that cannot work; the message says what to change. */
public final class ConfigurationException extends OrbitException {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(ErrorCode code, String description) {
    this(code, description, null);
  }

  public ConfigurationException(ErrorCode code, String description, @Nullable Throwable cause) {
    super(5, code, description, cause);
  }
}
