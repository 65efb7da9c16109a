package dev.orbit.testkit.state;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.StateStore;
import dev.orbit.runtime.state.JdbcStateStore;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStateStoreIT implements StateStoreContract, ReminderStoreContract, JournalContract {
  @TempDir Path directory;
  private final SystemEnvironment environment = new SystemEnvironment();

  @Override
  public StateStoreFixture fixture() {
    return new Fixture();
  }

  private Path file() {
    return directory.resolve("below").resolve("state.db");
  }

  @AfterEach
  void closeEnvironment() {
    environment.close();
  }

  @Test
  void aFileThatCannotBeOpenedIsNamed() throws Exception {
    Path blocked = directory.resolve("a-file");
    Files.writeString(blocked, "not a directory");

    assertThatThrownBy(() -> JdbcStateStore.sqlite(environment, blocked.resolve("state.db")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("a-file");
  }

  @Test
  void tablesOfAnotherVersionAreRefused() throws Exception {
    JdbcStateStore.sqlite(environment, file()).close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE orbit_schema SET version = 99");
    }

    assertThatThrownBy(() -> JdbcStateStore.sqlite(environment, file()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("version 99");
  }

  /** Two stores on one file, as two processes would have them. */
  private final class Fixture implements StateStoreFixture {
    private final StateStore store = JdbcStateStore.sqlite(environment, file());
    private final StateStore other = JdbcStateStore.sqlite(environment, file());

    @Override
    public StateStore store() {
      return store;
    }

    @Override
    public StateStore other() {
      return other;
    }

    /** Another process holds the lock of the file for a moment, and gives up what it wrote. */
    @Override
    public void disturb() {
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
          Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA busy_timeout = 10000");
        for (int i = 0; i < 10; i++) {
          statement.execute("BEGIN IMMEDIATE");
          statement.execute("DELETE FROM orbit_state");
          statement.execute("ROLLBACK");
        }
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() {
      store.close();
      other.close();
    }
  }
}
