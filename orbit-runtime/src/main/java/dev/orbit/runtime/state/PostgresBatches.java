package dev.orbit.runtime.state;

import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The claims and the writes of a batch, as one statement each.
 *
 * <p>Rows are sorted by key, so that two statements that meet lock them in the same order. A key
 * stands in a statement once; a second operation of the same key is run by itself, and so is what
 * the statement did not carry out, to learn why.
 */
final class PostgresBatches {
  private static final String COLUMNS =
      "cluster_name, actor_type, key_kind, actor_key, state_name, fence_view, fence_counter";

  private static final String KEY_ARRAYS =
      "unnest(?::text[], ?::text[], ?::smallint[], ?::text[], ?::text[], ?::bigint[], ?::bigint[]";

  private static final String CLAIM =
      """
      INSERT INTO orbit_state AS s (%s, version, value)
      SELECT u.*, 0, NULL FROM %s) AS u
      ON CONFLICT (cluster_name, actor_type, key_kind, actor_key, state_name) DO UPDATE
      SET fence_view = excluded.fence_view, fence_counter = excluded.fence_counter
      WHERE (s.fence_view, s.fence_counter) <= (excluded.fence_view, excluded.fence_counter)
      RETURNING cluster_name, actor_type, key_kind, actor_key, state_name, version, value
      """
          .formatted(COLUMNS, KEY_ARRAYS);

  private static final String WRITE =
      """
      UPDATE orbit_state s
      SET version = s.version + 1, value = u.value,
        fence_view = u.fence_view, fence_counter = u.fence_counter
      FROM %s, ?::bigint[], ?::bytea[]) AS u (%s, expected, value)
      WHERE s.cluster_name = u.cluster_name AND s.actor_type = u.actor_type
        AND s.key_kind = u.key_kind AND s.actor_key = u.actor_key AND s.state_name = u.state_name
        AND s.version = u.expected
        AND (s.fence_view, s.fence_counter) <= (u.fence_view, u.fence_counter)
      RETURNING s.cluster_name, s.actor_type, s.key_kind, s.actor_key, s.state_name, s.version
      """
          .formatted(KEY_ARRAYS, COLUMNS);

  private final TreeMap<RowKey, Pending<StoredState>> claims = new TreeMap<>();
  private final TreeMap<RowKey, Pending<Long>> writes = new TreeMap<>();

  private PostgresBatches() {}

  /**
   * Sorts a batch.
   *
   * @param alone takes what is to be run by itself
   */
  static PostgresBatches of(List<Pending<?>> batch, List<Pending<?>> alone) {
    PostgresBatches batches = new PostgresBatches();
    for (Pending<?> pending : batch) {
      if (!batches.takes(pending)) {
        alone.add(pending);
      }
    }
    return batches;
  }

  @SuppressWarnings("unchecked") // What waits for a claim or a write takes what that gives.
  private boolean takes(Pending<?> pending) {
    return switch (pending.operation()) {
      case Operation.Claim claim ->
          claims.putIfAbsent(RowKey.of(claim.key()), (Pending<StoredState>) pending) == null;
      case Operation.Write write ->
          writes.putIfAbsent(RowKey.of(write.key()), (Pending<Long>) pending) == null;
      case Operation.SetReminder _,
          Operation.CancelReminder _,
          Operation.RemindersOf _,
          Operation.DueReminders _,
          Operation.AdvanceReminders _ ->
          false;
    };
  }

  /**
   * Carries them out and answers them.
   *
   * @param alone takes what was not carried out
   * @param failed is told of those whose statement failed on a connection that may be broken
   */
  void run(
      Statements statements,
      List<Pending<?>> alone,
      BiConsumer<List<? extends Pending<?>>, SQLException> failed) {
    run(new ArrayList<>(writes.values()), () -> write(statements), alone, failed);
    run(new ArrayList<>(claims.values()), () -> claim(statements), alone, failed);
  }

  private interface Step {
    void run() throws SQLException;
  }

  private static <R> void run(
      List<Pending<R>> all,
      Step statement,
      List<Pending<?>> alone,
      BiConsumer<List<? extends Pending<?>>, SQLException> failed) {
    if (all.size() > 1) {
      try {
        statement.run();
      } catch (SQLException e) {
        if (!SqlStates.wasRolledBack(e)) {
          failed.accept(all, e);
        }
      }
    }
    for (Pending<R> pending : all) {
      if (!pending.answer().isDone()) {
        alone.add(pending);
      }
    }
  }

  private void claim(Statements statements) throws SQLException {
    PreparedStatement statement = statements.get(CLAIM);
    bindKeys(
        statement,
        List.copyOf(claims.keySet()),
        claims.values().stream().map(p -> ((Operation.Claim) p.operation()).fence()).toList());
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        Pending<StoredState> claimed = claims.get(RowKey.read(rows));
        if (claimed != null) {
          claimed
              .answer()
              .complete(new StoredState(rows.getLong(6), Optional.ofNullable(rows.getBytes(7))));
        }
      }
    }
  }

  private void write(Statements statements) throws SQLException {
    List<Operation.Write> all =
        writes.values().stream().map(p -> (Operation.Write) p.operation()).toList();
    PreparedStatement statement = statements.get(WRITE);
    bindKeys(
        statement, List.copyOf(writes.keySet()), all.stream().map(Operation.Write::fence).toList());
    bind(statement, 8, "bigint", all, Operation.Write::expectedVersion);
    byte[] @Nullable [] values = new byte[all.size()] @Nullable [];
    for (int i = 0; i < values.length; i++) {
      values[i] = all.get(i).value().orElse(null);
    }
    statement.setArray(9, statement.getConnection().createArrayOf("bytea", values));
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        Pending<Long> written = writes.get(RowKey.read(rows));
        if (written != null) {
          written.answer().complete(rows.getLong(6));
        }
      }
    }
  }

  private static void bindKeys(PreparedStatement statement, List<RowKey> keys, List<Fence> fences)
      throws SQLException {
    bind(statement, 1, "text", keys, RowKey::cluster);
    bind(statement, 2, "text", keys, RowKey::type);
    bind(statement, 3, "smallint", keys, RowKey::kind);
    bind(statement, 4, "text", keys, RowKey::text);
    bind(statement, 5, "text", keys, RowKey::name);
    bind(statement, 6, "bigint", fences, Fence::view);
    bind(statement, 7, "bigint", fences, Fence::counter);
  }

  private static <E> void bind(
      PreparedStatement statement,
      int index,
      String type,
      List<E> elements,
      Function<E, Object> column)
      throws SQLException {
    Connection connection = statement.getConnection();
    Object[] values = elements.stream().map(column).toArray();
    statement.setArray(index, connection.createArrayOf(type, values));
  }

  /** The key of a row, in the order of the primary key. */
  record RowKey(String cluster, String type, int kind, String text, String name)
      implements Comparable<RowKey> {
    static RowKey of(StateKey key) {
      KeyText text = KeyText.of(key.actor().key());
      return new RowKey(key.cluster(), key.actor().type(), text.kind(), text.text(), key.name());
    }

    static RowKey read(ResultSet rows) throws SQLException {
      return new RowKey(
          rows.getString(1),
          rows.getString(2),
          rows.getInt(3),
          rows.getString(4),
          rows.getString(5));
    }

    @Override
    public int compareTo(RowKey other) {
      int order = cluster.compareTo(other.cluster);
      order = order != 0 ? order : type.compareTo(other.type);
      order = order != 0 ? order : Integer.compare(kind, other.kind);
      order = order != 0 ? order : text.compareTo(other.text);
      return order != 0 ? order : name.compareTo(other.name);
    }
  }
}
