package dev.orbit.testkit.state;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.api.state.StoredState;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store that fails when it is told to: before an operation reaches the store below, or after it
 * was carried out and before its outcome is known.
 *
 * <p>Thread-safe.
 */
public final class FaultyStateStore implements StateStore {
  private final StateStore below;
  private final AtomicInteger failBefore = new AtomicInteger();
  private final AtomicInteger failAfter = new AtomicInteger();
  private volatile boolean down;

  /** A store that does what {@code below} does, until told otherwise. */
  public FaultyStateStore(StateStore below) {
    this.below = below;
  }

  /** The next {@code operations} fail with {@code STORE_UNAVAILABLE} and are not carried out. */
  public void failBefore(int operations) {
    failBefore.set(operations);
  }

  /**
   * The next {@code operations} are carried out and fail with {@code WRITE_OUTCOME_UNKNOWN}; those
   * that the store below refuses are refused.
   */
  public void failAfter(int operations) {
    failAfter.set(operations);
  }

  /** While it is down, every operation fails with {@code STORE_UNAVAILABLE}. */
  public void down(boolean nowDown) {
    down = nowDown;
  }

  @Override
  public StoredState claim(StateKey key, Fence fence) {
    before(key);
    StoredState stored = below.claim(key, fence);
    after(key);
    return stored;
  }

  @Override
  public long write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value) {
    before(key);
    long version = below.write(key, expectedVersion, fence, value);
    after(key);
    return version;
  }

  /** Those of the store below, without failures. */
  @Override
  public Optional<ReminderStore> reminders() {
    return below.reminders();
  }

  private void before(StateKey key) {
    if (down || takes(failBefore)) {
      throw new StorageException(
          ErrorCode.STORE_UNAVAILABLE, "%s was not reached: a planned failure".formatted(key));
    }
  }

  private void after(StateKey key) {
    if (takes(failAfter)) {
      throw new StorageException(
          ErrorCode.WRITE_OUTCOME_UNKNOWN,
          "whether %s was written is not known: a planned failure".formatted(key));
    }
  }

  private static boolean takes(AtomicInteger left) {
    return left.getAndUpdate(n -> n > 0 ? n - 1 : n) > 0;
  }

  /** Closes the store below. */
  @Override
  public void close() {
    below.close();
  }
}
