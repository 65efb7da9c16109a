package dev.orbit.testkit.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.api.state.StoredState;
import dev.orbit.runtime.state.JdbcStateStore;
import dev.orbit.runtime.state.PostgresConfig;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store on a real server. */
class PostgresStateStoreIT implements StateStoreContract, ReminderStoreContract, JournalContract {
  private final SystemEnvironment environment = new SystemEnvironment();

  @Override
  public StateStoreFixture fixture() {
    return new Fixture(PostgresServer.newDatabase());
  }

  @AfterEach
  void closeEnvironment() {
    environment.close();
  }

  @Test
  void aServerThatIsNotThereIsNamedWithoutThePassword() {
    PostgresConfig nowhere =
        PostgresConfig.of("jdbc:postgresql://127.0.0.1:1/shop?password=hidden", "ada", "secret");

    assertThatThrownBy(() -> JdbcStateStore.postgresql(environment, nowhere))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/shop")
        .message()
        .doesNotContain("secret", "hidden");
  }

  @Test
  void tablesOfAnotherVersionAreRefused() throws Exception {
    PostgresConfig config = PostgresServer.newDatabase();
    JdbcStateStore.postgresql(environment, config).close();
    try (Connection connection = DriverManager.getConnection(config.url());
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE orbit_schema SET version = 99");
    }

    assertThatThrownBy(() -> JdbcStateStore.postgresql(environment, config))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("version 99");
  }

  @Test
  void nodesThatStartTogetherCreateTheTablesOnce() throws Exception {
    PostgresConfig config = PostgresServer.newDatabase();
    List<Callable<StateStore>> starts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      starts.add(() -> JdbcStateStore.postgresql(environment, config));
    }

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<StateStore> store : threads.invokeAll(starts)) {
        assertThat(store.get()).isNotNull();
        store.get().close();
      }
    }
  }

  @Test
  void aStoreThatIsDownSaysSoAndServesAgainWhenItIsBack() {
    PostgresConfig config = PostgresServer.newDatabase();
    StateKey key = new StateKey("shop", new AddressableReference("Cart", Key.of("a")), "cart");
    try (StateStore store = JdbcStateStore.postgresql(environment, config)) {
      store.claim(key, FIRST);
      PostgresServer.allowConnections(config, false);

      assertThatThrownBy(() -> writeUntilItIsSurelyNotDone(store, key))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("cannot be reached")
          .extracting(e -> ((StorageException) e).code())
          .isEqualTo(ErrorCode.STORE_UNAVAILABLE);

      PostgresServer.allowConnections(config, true);
      long version = store.claim(key, new Fence(9, 9)).version();
      assertThat(store.write(key, version, new Fence(9, 9), Optional.empty()))
          .isEqualTo(version + 1);
    }
  }

  @Test
  void connectionsThatBrokeWhileNobodyUsedThemCostOneOperation() throws Exception {
    PostgresConfig config = PostgresServer.newDatabase();
    try (StateStore store = JdbcStateStore.postgresql(environment, config);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<StoredState>> claims = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        StateKey key = keyOf(i);
        claims.add(() -> store.claim(key, FIRST));
      }
      for (Future<StoredState> claim : threads.invokeAll(claims)) {
        assertThat(claim.get()).isEqualTo(StoredState.ABSENT);
      }
      PostgresServer.breakConnections(config);

      int failed = 0;
      for (int i = 0; i < 20; i++) {
        failed += isWritten(store, keyOf(i), 10, ErrorCode.WRITE_OUTCOME_UNKNOWN) ? 0 : 1;
      }

      assertThat(failed).isEqualTo(1);
    }
  }

  private static StateKey keyOf(int number) {
    return new StateKey("shop", new AddressableReference("Cart", Key.of(number)), "cart");
  }

  /** The first write may find a connection that it does not know to be broken. */
  private static void writeUntilItIsSurelyNotDone(StateStore store, StateKey key) {
    try {
      store.write(key, 0, FIRST, Optional.of("x".getBytes(StandardCharsets.UTF_8)));
    } catch (StorageException e) {
      assertThat(e.code()).isIn(ErrorCode.WRITE_OUTCOME_UNKNOWN, ErrorCode.STORE_UNAVAILABLE);
    }
    store.write(key, 0, FIRST, Optional.of("x".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aWriteIsNotRefusedForARowThatCameWithTheVersionItExpects() throws Exception {
    // The write sees no row, and then waits to insert one behind a claim that is not committed yet.
    // It once answered with a conflict, though at no time another version was there than expected.
    PostgresConfig config = PostgresServer.newDatabase();
    StateKey key = new StateKey("shop", new AddressableReference("Cart", Key.of("a")), "cart");
    try (StateStore store = JdbcStateStore.postgresql(environment, config);
        Connection claiming = DriverManager.getConnection(config.url());
        Statement claim = claiming.createStatement();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      store.claim(key, FIRST);
      claim.execute("CREATE TABLE kept AS TABLE orbit_state");
      claim.execute("DELETE FROM orbit_state");
      claiming.setAutoCommit(false);
      claim.execute("INSERT INTO orbit_state TABLE kept");

      Future<Long> version =
          threads.submit(() -> store.write(key, 0, FIRST, Optional.of(new byte[] {1})));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                try (ResultSet waiting =
                    claim.executeQuery("SELECT count(*) FROM pg_locks WHERE NOT granted")) {
                  return waiting.next() && waiting.getInt(1) > 0;
                }
              });
      claiming.commit();

      assertThat(version.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }

  @Test
  void oneBadWriteOfABatchFailsAlone() throws Exception {
    PostgresConfig config = PostgresServer.newDatabase();
    try (Connection connection = DriverManager.getConnection(config.url());
        StateStore store = JdbcStateStore.postgresql(environment, config);
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE orbit_state ADD CHECK (value IS NULL OR length(value) < 100)");
      List<Callable<Boolean>> writes = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int number = i;
        StateKey key = keyOf(number);
        store.claim(key, FIRST);
        int length = number % 50 == 7 ? 200 : 20;
        writes.add(() -> isWritten(store, key, length, ErrorCode.STORE_UNAVAILABLE));
      }

      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Boolean>> outcomes = threads.invokeAll(writes);
        for (int i = 0; i < outcomes.size(); i++) {
          assertThat(outcomes.get(i).get()).as("write %d", i).isEqualTo(i % 50 != 7);
        }
      }
    }
  }

  private static boolean isWritten(StateStore store, StateKey key, int length, ErrorCode not) {
    try {
      return store.write(key, 0, FIRST, Optional.of(new byte[length])) == 1;
    } catch (StorageException e) {
      assertThat(e.code()).isEqualTo(not);
      return false;
    }
  }

  /** Two stores on one database, as two nodes would have them. */
  private final class Fixture implements StateStoreFixture {
    private final PostgresConfig config;
    private final StateStore store;
    private final StateStore other;

    Fixture(PostgresConfig config) {
      this.config = config;
      this.store = JdbcStateStore.postgresql(environment, config);
      this.other = JdbcStateStore.postgresql(environment, config);
    }

    @Override
    public StateStore store() {
      return store;
    }

    @Override
    public StateStore other() {
      return other;
    }

    @Override
    public void disturb() {
      for (int i = 0; i < 5; i++) {
        PostgresServer.breakConnections(config);
      }
    }

    @Override
    public void close() {
      store.close();
      other.close();
      PostgresServer.drop(config);
    }
  }
}
