package dev.orbit.runtime.state;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.pool.HikariPool;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of connections to a PostgreSQL server, and a virtual thread for each that is in use.
 *
 * <p>A thread takes all operations that wait. Claims among them become one statement, and so do
 * writes ({@link PostgresBatches}), each a transaction of its own: under load many share a round
 * trip and a flush of the server's log, and alone one waits for nobody. What is refused there, and
 * every other operation, is run by itself. When nothing waits the threads end.
 *
 * <p>Which outcomes are unknown: a statement that the server refused was rolled back; one whose
 * connection broke may have been committed. Bounds: those of {@link OperationQueue}.
 */
final class PostgresSession implements SqlSession {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresSession.class);

  private static final int BATCH = 256;

  /** Every statement finds its rows by a key; a plan that reads the table must never be tried. */
  private static final String BY_KEY_ONLY =
      "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

  private final Environment environment;
  private final PostgresConfig config;
  private final HikariDataSource connections;
  private final OperationQueue queue;
  private final AtomicInteger workers = new AtomicInteger();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  private PostgresSession(
      Environment environment, PostgresConfig config, HikariDataSource connections) {
    this.environment = environment;
    this.config = config;
    this.connections = connections;
    this.queue = new OperationQueue(config.address(), BATCH);
  }

  static PostgresSession open(Environment environment, PostgresConfig config) {
    try {
      HikariDataSource connections = new HikariDataSource(pool(config));
      try (Connection connection = connections.getConnection()) {
        prepare(connection);
        return new PostgresSession(environment, config, connections);
      } catch (SQLException | RuntimeException e) {
        connections.close();
        throw e;
      }
    } catch (SQLException | HikariPool.PoolInitializationException e) {
      throw new StorageException(
          ErrorCode.STORE_UNAVAILABLE,
          "the state store at %s cannot be opened: %s; check address, user, password and that it runs"
              .formatted(config.address(), reason(e)),
          e);
    }
  }

  private static HikariConfig pool(PostgresConfig config) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("orbit-state");
    pool.setJdbcUrl(config.url());
    pool.setUsername(config.user());
    pool.setPassword(config.password());
    pool.setMaximumPoolSize(config.connections());
    pool.setMinimumIdle(1);
    pool.setConnectionTimeout(config.timeout().toMillis());
    pool.setConnectionInitSql(BY_KEY_ONLY);
    long seconds = Math.max(1, config.timeout().toSeconds());
    pool.addDataSourceProperty("socketTimeout", seconds);
    pool.addDataSourceProperty("connectTimeout", seconds);
    pool.addDataSourceProperty("tcpKeepAlive", "true");
    pool.addDataSourceProperty("ApplicationName", "orbit");
    return pool;
  }

  /** Nodes of a cluster start together, and `IF NOT EXISTS` does not stop two from colliding. */
  private static void prepare(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (var lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      lock.setLong(1, "orbit_schema".hashCode());
      lock.execute();
      Schema.prepare(connection, "postgresql");
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  @Override
  public <R> R execute(Operation<R> operation) {
    return queue.execute(operation, this::wakeWorker);
  }

  private void wakeWorker() {
    int running = workers.get();
    while (running < config.connections()) {
      if (workers.compareAndSet(running, running + 1)) {
        environment.virtualThreads().execute(this::work);
        return;
      }
      running = workers.get();
    }
  }

  private void work() {
    try {
      for (List<Pending<?>> batch = queue.takeNow(); !batch.isEmpty(); batch = queue.takeNow()) {
        run(batch);
      }
    } finally {
      int left = workers.decrementAndGet();
      if (!queue.isEmpty()) {
        // Something came between the last look and now, and its asker found all workers busy.
        wakeWorker();
      } else if (left == 0 && queue.isClosed()) {
        ended.complete(null);
      }
    }
  }

  private void run(List<Pending<?>> batch) {
    try (Connection connection = connections.getConnection();
        Statements statements = new Statements(connection, " FOR SHARE")) {
      run(statements, batch);
    } catch (SQLException e) {
      // Those that were answered before stay as they are.
      LOG.warn("event=state-store-unreachable url={} reason={}", config.address(), reason(e));
      String reason = "%s cannot be reached: %s".formatted(config.address(), reason(e));
      batch.forEach(pending -> pending.notDone(reason, e));
    } catch (RuntimeException e) {
      LOG.error("event=state-batch-broken url={}", config.address(), e);
      batch.forEach(pending -> pending.unknown(String.valueOf(e.getMessage()), e));
    }
  }

  private void run(Statements statements, List<Pending<?>> batch) {
    List<Pending<?>> alone = new ArrayList<>();
    PostgresBatches batches = PostgresBatches.of(batch, alone);
    batches.run(statements, alone, this::fail);
    for (Pending<?> pending : alone) {
      if (!pending.answer().isDone()) {
        runAlone(statements, pending);
      }
    }
  }

  private void runAlone(Statements statements, Pending<?> pending) {
    try {
      Connection connection = statements.connection();
      boolean several = !(pending.operation() instanceof Operation.OfState<?>);
      connection.setAutoCommit(!several);
      try {
        Runnable answer = pending.run(statements);
        if (several) {
          connection.commit();
        }
        answer.run();
      } finally {
        if (several) {
          connection.rollback();
          connection.setAutoCommit(true);
        }
      }
    } catch (SQLException e) {
      fail(List.of(pending), e);
    }
  }

  private void fail(List<? extends Pending<?>> failed, SQLException e) {
    LOG.warn(
        "event=state-operations-failed url={} operations={} reason={}",
        config.address(),
        failed.size(),
        reason(e));
    if (!SqlStates.wasRolledBack(e)) {
      evictIdle();
    }
    String reason = "%s failed: %s".formatted(config.address(), reason(e));
    for (Pending<?> pending : failed) {
      if (SqlStates.wasRolledBack(e)) {
        pending.notDone(reason, e);
      } else {
        pending.unknown(reason, e);
      }
    }
  }

  /** Where one connection broke the others probably have, and need not fail a write each. */
  private void evictIdle() {
    HikariPoolMXBean pool = connections.getHikariPoolMXBean();
    if (pool != null) {
      pool.softEvictConnections();
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e.getCause();
    return cause == null ? "" + e.getMessage() : e.getMessage() + " (" + cause.getMessage() + ")";
  }

  @Override
  public void close() {
    queue.close();
    wakeWorker();
    ended.join();
    queue.end();
    connections.close();
  }
}
