package dev.orbit.api.state;

import java.util.Optional;

/**
 * Keeps actors' state, reachable from every node of the cluster.
 *
 * <p>All methods block, are called on virtual threads and by many at once, and must be atomic for
 * one key, also between processes. What they return is durable. A store that cannot answer throws
 * {@link dev.orbit.api.error.StorageException} with {@link
 * dev.orbit.api.error.ErrorCode#STORE_UNAVAILABLE} if nothing was written, and with {@link
 * dev.orbit.api.error.ErrorCode#WRITE_OUTCOME_UNKNOWN} if the write may have happened or may yet
 * happen. Any other exception counts as the latter.
 */
public interface StateStore extends AutoCloseable {
  /**
   * Reads the value and from now on refuses writes with a fence less than {@code fence}, also of
   * keys that hold no value yet.
   *
   * @return what is stored
   * @throws dev.orbit.api.error.StorageException with {@code STATE_FENCED} if the key was claimed
   *     with a greater fence
   */
  StoredState claim(StateKey key, Fence fence);

  /**
   * Replaces the value if the version is still {@code expectedVersion} and the key was not claimed
   * with a fence greater than {@code fence}; both are checked in one atomic step with the write.
   *
   * @param value the new value; empty to clear it
   * @return the new version, {@code expectedVersion + 1}
   * @throws dev.orbit.api.error.StorageException with {@code STATE_CONFLICT} or {@code
   *     STATE_FENCED} if it was refused
   */
  long write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value);

  /**
   * The reminders that it keeps beside the states; empty if it keeps none, and then no actor class
   * that is {@link dev.orbit.api.Remindable} can be hosted on it.
   */
  default Optional<ReminderStore> reminders() {
    return Optional.empty();
  }

  /** Releases connections and files. Calls that come later fail with {@code STORE_UNAVAILABLE}. */
  @Override
  void close();
}
