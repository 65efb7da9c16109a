package dev.orbit.runtime.state;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import org.jspecify.annotations.Nullable;

/** The words in which every store refuses. */
final class Refusal {
  private Refusal() {}

  static StorageException fenced(Object subject, Fence fence) {
    return new StorageException(
        ErrorCode.STATE_FENCED,
        "%s was claimed by a later activation than the one with fence %s; nothing was written"
            .formatted(subject, fence));
  }

  static StorageException conflict(Object subject, long expected, long found) {
    return new StorageException(
        ErrorCode.STATE_CONFLICT,
        "%s is at version %d, not at %d as expected; nothing was written"
            .formatted(subject, found, expected));
  }

  static StorageException closed(Object subject) {
    return notDone(subject, "the store is closed", null);
  }

  /** It surely did not happen. */
  static StorageException notDone(Object subject, String reason, @Nullable Throwable cause) {
    return new StorageException(
        ErrorCode.STORE_UNAVAILABLE,
        "%s was not read or written: %s".formatted(subject, reason),
        cause);
  }

  /** It may have happened. */
  static StorageException unknown(Object subject, String reason, @Nullable Throwable cause) {
    return new StorageException(
        ErrorCode.WRITE_OUTCOME_UNKNOWN,
        "whether %s was written is not known: %s".formatted(subject, reason),
        cause);
  }
}
