package dev.orbit.runtime.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements of a connection, each prepared once. Used by one thread at a time; a
 * result must be closed before its statement is used again.
 */
final class Statements implements AutoCloseable {
  private final Connection connection;
  private final String sharedLock;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private @Nullable Object latestKey;
  private @Nullable PreparedStatement latest;

  /**
   * None yet.
   *
   * @param sharedLock what makes a SELECT keep its rows as they are until the transaction ends
   */
  Statements(Connection connection, String sharedLock) {
    this.connection = connection;
    this.sharedLock = sharedLock;
  }

  String sharedLock() {
    return sharedLock;
  }

  Connection connection() {
    return connection;
  }

  PreparedStatement get(String sql) throws SQLException {
    PreparedStatement known = prepared.get(sql);
    if (known != null) {
      return known;
    }
    PreparedStatement made = connection.prepareStatement(sql);
    prepared.put(sql, made);
    return made;
  }

  /**
   * A statement whose text changes now and then: it is prepared anew when {@code key} is not equal
   * to the one of the last time. There is one such place.
   */
  PreparedStatement latest(Object key, Supplier<String> sql) throws SQLException {
    PreparedStatement known = latest;
    if (known != null && key.equals(latestKey)) {
      return known;
    }
    closeLatest();
    PreparedStatement made = connection.prepareStatement(sql.get());
    latest = made;
    latestKey = key;
    return made;
  }

  private void closeLatest() throws SQLException {
    PreparedStatement known = latest;
    latest = null;
    if (known != null) {
      known.close();
    }
  }

  @Override
  public void close() throws SQLException {
    closeLatest();
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
    prepared.clear();
  }
}
