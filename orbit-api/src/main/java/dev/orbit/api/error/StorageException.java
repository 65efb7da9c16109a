package dev.orbit.api.error;

import org.jspecify.annotations.Nullable;

/** The state store refused or failed. */
public final class StorageException extends OrbitException {
  private static final long serialVersionUID = 1L;

  public StorageException(ErrorCode code, String description) {
    this(code, description, null);
  }

  public StorageException(ErrorCode code, String description, @Nullable Throwable cause) {
    super(6, code, description, cause);
  }
}
