package dev.orbit.runtime.state;

import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.api.state.StoredState;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps state in memory, for as long as the process lives. Nodes of one process that share an
 * instance form a cluster whose state outlives each of them. Grows with what is stored: for tests
 * and for state that may be lost.
 *
 * <p>Thread-safe.
 */
public final class MemoryStateStore implements StateStore {
  private final ConcurrentHashMap<StateKey, Row> rows = new ConcurrentHashMap<>();
  private final MemoryReminderStore reminders = new MemoryReminderStore(this::isOutranked);
  private volatile boolean closed;

  @Override
  public StoredState claim(StateKey key, Fence fence) {
    checkOpen(key);
    Row row =
        rows.compute(
            key,
            (k, old) -> {
              Row present = orAbsent(old);
              checkFence(key, fence, present);
              return new Row(fence, present.version, present.value);
            });
    return new StoredState(row.version, row.copyOfValue());
  }

  @Override
  public long write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value) {
    checkOpen(key);
    return rows.compute(
            key,
            (k, old) -> {
              Row present = orAbsent(old);
              checkFence(key, fence, present);
              if (present.version != expectedVersion) {
                throw Refusal.conflict(key, expectedVersion, present.version);
              }
              return new Row(fence, expectedVersion + 1, value.map(byte[]::clone).orElse(null));
            })
        .version;
  }

  @Override
  public Optional<ReminderStore> reminders() {
    return Optional.of(reminders);
  }

  private boolean isOutranked(StateKey key, Fence fence) {
    checkOpen(key);
    return orAbsent(rows.get(key)).fence.compareTo(fence) > 0;
  }

  @Override
  public void close() {
    closed = true;
  }

  private void checkOpen(StateKey key) {
    if (closed) {
      throw Refusal.closed(key);
    }
  }

  private static Row orAbsent(@Nullable Row row) {
    return row == null ? Row.ABSENT : row;
  }

  /**
   * Thrown out of {@code compute}, which leaves the row as it was.
   *
   * @throws StorageException if somebody later has claimed the key
   */
  private static void checkFence(StateKey key, Fence fence, Row present) {
    if (present.fence.compareTo(fence) > 0) {
      throw Refusal.fenced(key, fence);
    }
  }

  private static final class Row {
    static final Row ABSENT = new Row(new Fence(Long.MIN_VALUE, Long.MIN_VALUE), 0, null);

    final Fence fence;
    final long version;
    final byte @Nullable [] value;

    Row(Fence fence, long version, byte @Nullable [] value) {
      this.fence = fence;
      this.version = version;
      this.value = value;
    }

    Optional<byte[]> copyOfValue() {
      return Optional.ofNullable(value).map(byte[]::clone);
    }
  }
}
