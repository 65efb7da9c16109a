package dev.orbit.runtime.state;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.StoredState;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A pool of connections to a database server, each operation a transaction of its own on the
 * caller's thread.
 */
final class PooledSession implements SqlSession {
  private final HikariDataSource connections;

  private PooledSession(HikariDataSource connections) {
    this.connections = connections;
  }

  static PooledSession open(HikariConfig config, String dialect) {
    try {
      HikariDataSource connections = new HikariDataSource(config);
      try (Connection connection = connections.getConnection()) {
        Schema.prepare(connection, dialect);
        return new PooledSession(connections);
      } catch (SQLException | RuntimeException e) {
        connections.close();
        throw e;
      }
    } catch (SQLException | HikariPool.PoolInitializationException e) {
      throw new StorageException(
          ErrorCode.STORE_UNAVAILABLE,
          "the state store at %s cannot be opened: %s; check address, user and that it runs"
              .formatted(config.getJdbcUrl(), e.getMessage()),
          e);
    }
  }

  @Override
  public StoredState execute(Operation operation) {
    if (connections.isClosed()) {
      throw Refusal.closed(operation.key());
    }
    try (Connection connection = connections.getConnection()) {
      return StateTable.execute(connection, operation);
    } catch (SQLException e) {
      throw new StorageException(
          ErrorCode.STORE_UNAVAILABLE,
          "the state store failed at %s, whose write may have happened: %s"
              .formatted(operation.key(), e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
