package dev.orbit.testkit.state;

import static java.time.Duration.ofSeconds;
import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

  /** As the nodes of one host do that are started together. */
  @Test
  void storesThatComeToANewFileAtOnceAllOpenIt() throws Exception {
    int stores = 16;
    try (ExecutorService openers = Executors.newFixedThreadPool(stores)) {
      for (int round = 0; round < 8; round++) {
        Path file = directory.resolve("state-" + round + ".db");
        CyclicBarrier together = new CyclicBarrier(stores);
        Callable<Object> open =
            () -> {
              together.await();
              JdbcStateStore.sqlite(environment, file).close();
              return file;
            };

        for (Future<Object> opened : openers.invokeAll(nCopies(stores, open))) {
          assertThat(opened).succeedsWithin(ofSeconds(30));
        }
      }
    }
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
