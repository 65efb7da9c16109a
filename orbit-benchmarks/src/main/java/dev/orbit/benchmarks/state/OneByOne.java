package dev.orbit.benchmarks.state;

import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.api.state.StoredState;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a store would be that does not batch: each connection carries one operation at a time, so
 * that each operation is a transaction of its own. Thread-safe.
 */
final class OneByOne implements StateStore {
  private final List<Connection> connections;

  /** A store of one connection, and whose turn it is. */
  private record Connection(StateStore store) {
    synchronized <R> R alone(Supplier<R> operation) {
      return operation.get();
    }
  }

  /**
   * A store over connections.
   *
   * @param connections stores with one connection each, all to the same database
   */
  OneByOne(List<? extends StateStore> connections) {
    this.connections = connections.stream().map(Connection::new).toList();
  }

  private Connection of(StateKey key) {
    return connections.get(Math.floorMod(key.hashCode(), connections.size()));
  }

  @Override
  public StoredState claim(StateKey key, Fence fence) {
    Connection connection = of(key);
    return connection.alone(() -> connection.store().claim(key, fence));
  }

  @Override
  public long write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value) {
    Connection connection = of(key);
    return connection.alone(() -> connection.store().write(key, expectedVersion, fence, value));
  }

  /** Reminders of one of them, at their own pace. */
  @Override
  public Optional<ReminderStore> reminders() {
    return connections.getFirst().store().reminders();
  }

  @Override
  public void close() {
    connections.forEach(connection -> connection.store().close());
  }
}
