package dev.orbit.runtime.state;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderKey;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredReminder;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/** The statements on the table of reminders. Stateless. */
final class ReminderTable {
  private static final String OF_ACTOR =
      "cluster_name = ? AND actor_type = ? AND key_kind = ? AND actor_key = ?";

  private static final String KEY = OF_ACTOR + " AND reminder_name = ?";

  private static final String COLUMNS =
      "cluster_name, actor_type, key_kind, actor_key, reminder_name, partition_number,"
          + " registration, occurrence, due_millis, schedule";

  private static final String SET =
      """
      INSERT INTO orbit_reminder (%s)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (cluster_name, actor_type, key_kind, actor_key, reminder_name) DO UPDATE
      SET partition_number = excluded.partition_number, registration = excluded.registration,
        occurrence = excluded.occurrence, due_millis = excluded.due_millis,
        schedule = excluded.schedule
      """
          .formatted(COLUMNS);

  private static final String CANCEL = "DELETE FROM orbit_reminder WHERE " + KEY;

  private static final String AT_OCCURRENCE = KEY + " AND registration = ? AND occurrence = ?";

  private static final String FINISH = "DELETE FROM orbit_reminder WHERE " + AT_OCCURRENCE;

  private static final String MOVE =
      "UPDATE orbit_reminder SET occurrence = ?, due_millis = ? WHERE " + AT_OCCURRENCE;

  private static final String SELECT_OF_ACTOR =
      "SELECT " + COLUMNS + " FROM orbit_reminder WHERE " + OF_ACTOR + " ORDER BY reminder_name";

  private ReminderTable() {}

  static boolean set(Statements statements, Operation.SetReminder set) throws SQLException {
    StoredReminder reminder = set.reminder();
    checkFence(statements, reminder.key(), set.fence());
    PreparedStatement statement = statements.get(SET);
    int next = setKey(statement, 1, reminder.key());
    statement.setInt(next, reminder.partition());
    statement.setString(next + 1, reminder.registration());
    statement.setLong(next + 2, reminder.occurrence());
    statement.setLong(next + 3, reminder.due().toEpochMilli());
    statement.setString(next + 4, reminder.schedule());
    return statement.executeUpdate() == 1;
  }

  static boolean cancel(Statements statements, Operation.CancelReminder cancel)
      throws SQLException {
    checkFence(statements, cancel.key(), cancel.fence());
    PreparedStatement statement = statements.get(CANCEL);
    setKey(statement, 1, cancel.key());
    return statement.executeUpdate() == 1;
  }

  private static void checkFence(Statements statements, ReminderKey key, Fence fence)
      throws SQLException {
    StateKey claimed = new StateKey(key.cluster(), key.actor(), ReminderStore.CLAIM);
    if (StateTable.isOutranked(statements, claimed, fence)) {
      throw Refusal.fenced(key, fence);
    }
  }

  static List<StoredReminder> of(Statements statements, Operation.RemindersOf of)
      throws SQLException {
    PreparedStatement statement = statements.get(SELECT_OF_ACTOR);
    setActor(statement, 1, of.cluster(), of.actor());
    try (ResultSet rows = statement.executeQuery()) {
      return read(rows);
    }
  }

  static List<StoredReminder> due(Statements statements, Operation.DueReminders due)
      throws SQLException {
    // The list changes with every view, and is asked for many times between two of them.
    PreparedStatement statement =
        statements.latest(due.partitions().clone(), () -> selectDue(due.partitions()));
    statement.setString(1, due.cluster());
    statement.setLong(2, due.until().toEpochMilli());
    statement.setInt(3, due.most());
    try (ResultSet rows = statement.executeQuery()) {
      return read(rows);
    }
  }

  private static String selectDue(BitSet partitions) {
    return "SELECT %s FROM orbit_reminder WHERE cluster_name = ? AND partition_number IN (%s) AND due_millis <= ? ORDER BY due_millis LIMIT ?"
        .formatted(
            COLUMNS,
            partitions.stream().mapToObj(Integer::toString).collect(Collectors.joining(",")));
  }

  static List<Boolean> advance(Statements statements, Operation.AdvanceReminders advance)
      throws SQLException {
    List<Boolean> moved = new ArrayList<>();
    for (ReminderStore.Advance each : advance.advances()) {
      StoredReminder from = each.from();
      StoredReminder to = each.to().orElse(null);
      PreparedStatement statement = statements.get(to == null ? FINISH : MOVE);
      int next = 1;
      if (to != null) {
        statement.setLong(next++, to.occurrence());
        statement.setLong(next++, to.due().toEpochMilli());
      }
      next = setKey(statement, next, from.key());
      statement.setString(next, from.registration());
      statement.setLong(next + 1, from.occurrence());
      moved.add(statement.executeUpdate() == 1);
    }
    return moved;
  }

  private static List<StoredReminder> read(ResultSet rows) throws SQLException {
    List<StoredReminder> reminders = new ArrayList<>();
    while (rows.next()) {
      AddressableReference actor =
          new AddressableReference(
              rows.getString(2), new KeyText(rows.getInt(3), rows.getString(4)).toKey());
      reminders.add(
          new StoredReminder(
              new ReminderKey(rows.getString(1), actor, rows.getString(5)),
              rows.getInt(6),
              rows.getString(7),
              rows.getLong(8),
              Instant.ofEpochMilli(rows.getLong(9)),
              rows.getString(10)));
    }
    return reminders;
  }

  private static int setKey(PreparedStatement statement, int first, ReminderKey key)
      throws SQLException {
    int next = setActor(statement, first, key.cluster(), key.actor());
    statement.setString(next, key.name());
    return next + 1;
  }

  private static int setActor(
      PreparedStatement statement, int first, String cluster, AddressableReference actor)
      throws SQLException {
    KeyText text = KeyText.of(actor.key());
    statement.setString(first, cluster);
    statement.setString(first + 1, actor.type());
    statement.setInt(first + 2, text.kind());
    statement.setString(first + 3, text.text());
    return first + 4;
  }
}
