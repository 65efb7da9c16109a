package dev.orbit.runtime.state;

import dev.orbit.api.env.Environment;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.api.state.StoredState;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps state in a relational database.
 *
 * <p>A SQLite file serves any number of processes of one host; what many activations write at the
 * same time is made durable by one flush to disk. PostgreSQL serves nodes of many hosts; what many
 * write at the same time goes there as one statement. Tables are created when they are missing.
 *
 * <p>Thread-safe.
 */
public final class JdbcStateStore implements StateStore {
  private final SqlSession session;
  private final ReminderStore reminders;

  private JdbcStateStore(SqlSession session) {
    this.session = session;
    this.reminders = new JdbcReminderStore(session);
  }

  /**
   * A store in a SQLite file on a local disk; the file and its directory are created when they are
   * missing.
   *
   * @throws dev.orbit.api.error.StorageException if the file cannot be opened
   * @throws dev.orbit.api.error.ConfigurationException if its tables are of another version
   */
  public static JdbcStateStore sqlite(Environment environment, Path file) {
    return new JdbcStateStore(SqliteSession.open(environment, file));
  }

  /**
   * A store in PostgreSQL 12 or later.
   *
   * @throws dev.orbit.api.error.StorageException if the database cannot be reached
   * @throws dev.orbit.api.error.ConfigurationException if its tables are of another version
   */
  public static JdbcStateStore postgresql(Environment environment, PostgresConfig config) {
    return new JdbcStateStore(PostgresSession.open(environment, config));
  }

  @Override
  public StoredState claim(StateKey key, Fence fence) {
    return session.execute(new Operation.Claim(key, fence));
  }

  @Override
  public long write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value) {
    return session.execute(new Operation.Write(key, expectedVersion, fence, value));
  }

  @Override
  public Optional<ReminderStore> reminders() {
    return Optional.of(reminders);
  }

  @Override
  public void close() {
    session.close();
  }
}
