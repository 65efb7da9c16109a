package dev.orbit.runtime.state;

import java.sql.SQLException;

/** Finds the table that an operation is for. */
final class Tables {
  private Tables() {}

  /**
   * Carries one operation out within the connection's transaction.
   *
   * @throws dev.orbit.api.error.StorageException if it was refused; it changed nothing then
   */
  @SuppressWarnings("unchecked") // Each case gives what its operation says.
  static <R> R execute(Statements statements, Operation<R> operation) throws SQLException {
    Object result =
        switch (operation) {
          case Operation.Claim claim -> StateTable.claim(statements, claim);
          case Operation.Write write -> StateTable.write(statements, write);
          case Operation.SetReminder set -> ReminderTable.set(statements, set);
          case Operation.CancelReminder cancel -> ReminderTable.cancel(statements, cancel);
          case Operation.RemindersOf of -> ReminderTable.of(statements, of);
          case Operation.DueReminders due -> ReminderTable.due(statements, due);
          case Operation.AdvanceReminders advance -> ReminderTable.advance(statements, advance);
        };
    return (R) result;
  }
}
