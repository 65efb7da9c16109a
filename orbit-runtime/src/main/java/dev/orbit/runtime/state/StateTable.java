package dev.orbit.runtime.state;

import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The statements on the table of states, in the SQL that SQLite and PostgreSQL share.
 *
 * <p>Stateless. A refused operation changes nothing.
 */
final class StateTable {
  /** Of a write that others overtake again and again. */
  private static final int MOST_ATTEMPTS = 16;

  private static final String KEY =
      "cluster_name = ? AND actor_type = ? AND key_kind = ? AND actor_key = ? AND state_name = ?";

  private static final String CLAIM =
      """
      INSERT INTO orbit_state (cluster_name, actor_type, key_kind, actor_key, state_name,
        fence_view, fence_counter, version, value)
      VALUES (?, ?, ?, ?, ?, ?, ?, 0, NULL)
      ON CONFLICT (cluster_name, actor_type, key_kind, actor_key, state_name) DO UPDATE
      SET fence_view = excluded.fence_view, fence_counter = excluded.fence_counter
      WHERE (orbit_state.fence_view, orbit_state.fence_counter)
        <= (excluded.fence_view, excluded.fence_counter)
      RETURNING version, value
      """;

  private static final String UPDATE =
      "UPDATE orbit_state SET version = version + 1, value = ?, fence_view = ?, fence_counter = ?"
          + " WHERE "
          + KEY
          + " AND version = ? AND (fence_view, fence_counter) <= (?, ?)";

  private static final String INSERT =
      """
      INSERT INTO orbit_state (value, fence_view, fence_counter,
        cluster_name, actor_type, key_kind, actor_key, state_name, version)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
      ON CONFLICT (cluster_name, actor_type, key_kind, actor_key, state_name) DO NOTHING
      """;

  private static final String SELECT =
      "SELECT version, fence_view, fence_counter FROM orbit_state WHERE " + KEY;

  private StateTable() {}

  static StoredState claim(Statements statements, Operation.Claim claim) throws SQLException {
    PreparedStatement statement = statements.get(CLAIM);
    int next = setKey(statement, 1, claim.key());
    setFence(statement, next, claim.fence());
    try (ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        throw Refusal.fenced(claim.key(), claim.fence());
      }
      return new StoredState(rows.getLong(1), Optional.ofNullable(rows.getBytes(2)));
    }
  }

  /**
   * Writes, or says why not. In PostgreSQL each statement here sees what others have committed by
   * then. So a row may come to be, or to have the expected version, after an attempt that changed
   * nothing and before the look at why: then there is nothing to refuse, and it tries again. Each
   * further attempt needs that another write came in between.
   */
  static long write(Statements statements, Operation.Write write) throws SQLException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (update(statements, write)
          || (write.expectedVersion() == 0 && insert(statements, write))) {
        return write.expectedVersion() + 1;
      }
      Optional<StorageException> refusal = refusal(statements, write);
      if (refusal.isPresent()) {
        throw refusal.get();
      }
    }
    throw Refusal.notDone(
        write.key(), "it changed %d times while it was tried".formatted(MOST_ATTEMPTS), null);
  }

  private static boolean update(Statements statements, Operation.Write write) throws SQLException {
    PreparedStatement statement = statements.get(UPDATE);
    statement.setBytes(1, write.value().orElse(null));
    setFence(statement, 2, write.fence());
    int next = setKey(statement, 4, write.key());
    statement.setLong(next, write.expectedVersion());
    setFence(statement, next + 1, write.fence());
    return statement.executeUpdate() == 1;
  }

  private static boolean insert(Statements statements, Operation.Write write) throws SQLException {
    PreparedStatement statement = statements.get(INSERT);
    statement.setBytes(1, write.value().orElse(null));
    setFence(statement, 2, write.fence());
    setKey(statement, 4, write.key());
    return statement.executeUpdate() == 1;
  }

  /**
   * Whether a state was claimed with a greater fence. In PostgreSQL nobody claims it before the
   * transaction ends; in SQLite nobody else writes anyway.
   */
  static boolean isOutranked(Statements statements, StateKey key, Fence fence) throws SQLException {
    PreparedStatement statement = statements.get(SELECT + statements.sharedLock());
    setKey(statement, 1, key);
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() && new Fence(rows.getLong(2), rows.getLong(3)).compareTo(fence) > 0;
    }
  }

  /** Why a write changed no row; empty if by now it would change one. */
  private static Optional<StorageException> refusal(Statements statements, Operation.Write write)
      throws SQLException {
    PreparedStatement statement = statements.get(SELECT);
    setKey(statement, 1, write.key());
    try (ResultSet rows = statement.executeQuery()) {
      boolean exists = rows.next();
      long version = exists ? rows.getLong(1) : 0;
      if (exists && new Fence(rows.getLong(2), rows.getLong(3)).compareTo(write.fence()) > 0) {
        return Optional.of(Refusal.fenced(write.key(), write.fence()));
      }
      return version == write.expectedVersion()
          ? Optional.empty()
          : Optional.of(Refusal.conflict(write.key(), write.expectedVersion(), version));
    }
  }

  static int setKey(PreparedStatement statement, int first, StateKey key) throws SQLException {
    KeyText text = KeyText.of(key.actor().key());
    statement.setString(first, key.cluster());
    statement.setString(first + 1, key.actor().type());
    statement.setInt(first + 2, text.kind());
    statement.setString(first + 3, text.text());
    statement.setString(first + 4, key.name());
    return first + 5;
  }

  static void setFence(PreparedStatement statement, int first, Fence fence) throws SQLException {
    statement.setLong(first, fence.view());
    statement.setLong(first + 1, fence.counter());
  }
}
