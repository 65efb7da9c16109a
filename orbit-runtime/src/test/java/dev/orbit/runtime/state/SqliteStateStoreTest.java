package dev.orbit.runtime.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateStore;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStateStoreTest extends StateStoreContract {
  private static final Fence FENCE = new Fence(1, 1);

  @TempDir Path directory;
  private final SystemEnvironment environment = new SystemEnvironment();

  @Override
  StateStore open() {
    return JdbcStateStore.sqlite(environment, file());
  }

  private Path file() {
    return directory.resolve("below").resolve("state.db");
  }

  @AfterEach
  void closeEnvironment() {
    environment.close();
  }

  @Test
  void stateIsThereAfterTheStoreWasClosedAndOpenedAgain() {
    try (StateStore first = open()) {
      first.write(key("kept"), 0, FENCE, bytes("value"));
    }

    try (StateStore second = open()) {
      assertThat(text(second.claim(key("kept"), FENCE))).contains("value");
    }
  }

  @Test
  void twoStoresOnOneFileWriteWithoutLosingAnUpdate() throws Exception {
    int writers = 4;
    int each = 25;
    try (StateStore one = open();
        StateStore two = open();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> calls = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        StateStore store = w % 2 == 0 ? one : two;
        calls.add(() -> incrementUntilDone(store, each));
      }

      for (Future<Integer> result : threads.invokeAll(calls)) {
        assertThat(result.get()).isEqualTo(each);
      }

      assertThat(one.claim(key("counter"), FENCE).version()).isEqualTo((long) writers * each);
    }
  }

  /** Reads and writes by version until that has succeeded so often. */
  private static int incrementUntilDone(StateStore store, int times) throws Exception {
    int done = 0;
    while (done < times) {
      long version = store.claim(key("counter"), FENCE).version();
      if (succeeds(() -> store.write(key("counter"), version, FENCE, bytes("x")))) {
        done++;
      }
    }
    return done;
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
    open().close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE orbit_schema SET version = 99");
    }

    assertThatThrownBy(this::open)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("version 99");
  }
}
