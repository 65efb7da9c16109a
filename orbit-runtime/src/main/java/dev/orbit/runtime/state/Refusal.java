package dev.orbit.runtime.state;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;

/** The words in which every store refuses. */
final class Refusal {
  private Refusal() {}

  static StorageException fenced(StateKey key, Fence fence) {
    return new StorageException(
        ErrorCode.STATE_FENCED,
        "%s was claimed by a later activation than the one with fence %s; nothing was written"
            .formatted(key, fence));
  }

  static StorageException conflict(StateKey key, long expected, long found) {
    return new StorageException(
        ErrorCode.STATE_CONFLICT,
        "%s is at version %d, not at %d as expected; nothing was written"
            .formatted(key, found, expected));
  }

  static StorageException closed(StateKey key) {
    return new StorageException(
        ErrorCode.STORE_UNAVAILABLE,
        "%s was not read or written: the store is closed".formatted(key));
  }
}
