package dev.orbit.runtime.state;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What the SQLSTATE of a failure lets one assume. */
final class SqlStates {
  private SqlStates() {}

  /**
   * Whether the server refused the statement, so that its transaction was rolled back. Not when the
   * connection broke (class 08), the server ended it (57P01 to 57P03) or nobody said why.
   */
  static boolean wasRolledBack(SQLException failure) {
    @Nullable String state = failure.getSQLState();
    return state != null
        && state.length() == 5
        && !state.startsWith("08")
        && !state.startsWith("57P")
        && !state.startsWith("XX");
  }
}
