package dev.orbit.runtime.state;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.StoredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of a process to a SQLite file, with a thread of its own.
 *
 * <p>A commit costs a flush to disk, which takes far longer than a statement. So the thread takes
 * all operations that wait, runs them in one transaction, and answers each after the commit: under
 * load many writes share a flush, and alone a write waits for nobody. Operations of one transaction
 * are independent: one that is refused changes nothing and leaves the others alone. Native code of
 * the driver would hold the carrier of a virtual thread during the flush, hence a platform thread.
 *
 * <p>Bounds: {@value #QUEUE} operations wait at most, one that finds no place within {@value
 * #OFFER_SECONDS} s is refused; another process may hold the file's lock for {@value #BUSY_MILLIS}
 * ms.
 */
final class SqliteSession implements SqlSession {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteSession.class);

  private static final int QUEUE = 4096;
  private static final int BATCH = 512;
  private static final int OFFER_SECONDS = 5;
  private static final int BUSY_MILLIS = 10_000;
  private static final int IDLE_POLL_MILLIS = 500;

  private final Path file;
  private final Connection connection;
  private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE);
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private volatile boolean closed;

  private SqliteSession(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  static SqliteSession open(Environment environment, Path file) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
      try {
        prepare(connection);
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
      SqliteSession session = new SqliteSession(file, connection);
      environment.startThread("orbit-state-" + file.getFileName(), session::run);
      return session;
    } catch (SQLException | IOException e) {
      throw new StorageException(
          ErrorCode.STORE_UNAVAILABLE,
          "the state file %s cannot be opened: %s; check that its directory exists and can be written"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
      statement.execute("PRAGMA journal_mode = WAL");
      // Anything less may lose what was committed when the machine loses power.
      statement.execute("PRAGMA synchronous = FULL");
      // Two processes may come here at once: take the lock before looking.
      statement.execute("BEGIN IMMEDIATE");
      try {
        Schema.prepare(connection, "sqlite");
        statement.execute("COMMIT");
      } catch (SQLException | RuntimeException e) {
        statement.execute("ROLLBACK");
        throw e;
      }
    }
  }

  @Override
  public StoredState execute(Operation operation) {
    Pending pending = new Pending(operation, new CompletableFuture<>());
    try {
      if (closed) {
        throw Refusal.closed(operation.key());
      }
      if (!queue.offer(pending, OFFER_SECONDS, TimeUnit.SECONDS)) {
        throw new StorageException(
            ErrorCode.STORE_UNAVAILABLE,
            "%s was not read or written: %d operations wait for the state file %s already"
                .formatted(operation.key(), QUEUE, file));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException(
          ErrorCode.STORE_UNAVAILABLE,
          "%s was not read or written: interrupted".formatted(operation.key()),
          e);
    }
    if (ended.isDone()) {
      failQueued();
    }
    try {
      return pending.result.join();
    } catch (CompletionException e) {
      throw rethrown(operation, e.getCause());
    }
  }

  /** A copy, so that the trace shows who asked and not the thread of this session. */
  private static StorageException rethrown(Operation operation, @Nullable Throwable failure) {
    if (failure instanceof StorageException refused) {
      return new StorageException(refused.code(), refused.description(), refused);
    }
    return new StorageException(
        ErrorCode.STORE_UNAVAILABLE, "the state file failed at " + operation.key(), failure);
  }

  private void run() {
    List<Pending> batch = new ArrayList<>(BATCH);
    try (Connection own = connection;
        Statement control = own.createStatement()) {
      while (!closed || !queue.isEmpty()) {
        Pending first = queue.poll(IDLE_POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH - 1);
          runBatch(control, batch);
          batch.clear();
        }
      }
    } catch (SQLException | InterruptedException e) {
      LOG.error("event=state-file-lost file={} reason={}", file, e.toString());
    } finally {
      closed = true;
      ended.complete(null);
      failQueued();
    }
  }

  private void runBatch(Statement control, List<Pending> batch) {
    List<Runnable> answers = new ArrayList<>(batch.size());
    try {
      control.execute("BEGIN IMMEDIATE");
      for (Pending pending : batch) {
        answers.add(run(pending));
      }
      control.execute("COMMIT");
      answers.forEach(Runnable::run);
    } catch (SQLException | RuntimeException e) {
      LOG.warn(
          "event=state-write-failed file={} operations={} reason={}",
          file,
          batch.size(),
          e.toString());
      rollBack(control);
      for (Pending pending : batch) {
        pending.result.completeExceptionally(
            new StorageException(
                ErrorCode.STORE_UNAVAILABLE,
                "the state file %s failed at %s, whose write may have happened: %s"
                    .formatted(file, pending.operation.key(), e.getMessage()),
                e));
      }
    }
  }

  /** What to tell the asker once the transaction is durable. */
  private Runnable run(Pending pending) throws SQLException {
    try {
      StoredState stored = StateTable.execute(connection, pending.operation);
      return () -> pending.result.complete(stored);
    } catch (StorageException refused) {
      return () -> pending.result.completeExceptionally(refused);
    }
  }

  private static void rollBack(Statement control) {
    try {
      control.execute("ROLLBACK");
    } catch (SQLException e) {
      LOG.debug("event=rollback-failed reason={}", e.toString());
    }
  }

  private void failQueued() {
    for (Pending pending = queue.poll(); pending != null; pending = queue.poll()) {
      pending.result.completeExceptionally(Refusal.closed(pending.operation.key()));
    }
  }

  @Override
  public void close() {
    closed = true;
    ended.join();
  }

  private record Pending(Operation operation, CompletableFuture<StoredState> result) {}
}
