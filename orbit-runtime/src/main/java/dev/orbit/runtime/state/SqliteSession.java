package dev.orbit.runtime.state;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two connections of a process to a SQLite file, each with a thread of its own: one that
 * changes, and one that only reads. Who changes needs the file's one lock, for which other
 * processes compete without order, so that it may take seconds under load; who reads needs no lock
 * and sees all that was durable when it began.
 *
 * <p>The thread that changes takes all operations that wait, runs them in one transaction, and
 * answers each after the commit: under load many writes share a flush to disk, and alone a write
 * waits for nobody. Operations of one transaction are independent: one that is refused changes
 * nothing and leaves the others alone, and when one breaks the transaction, each is run in one of
 * its own. Native code of the driver would hold the carrier of a virtual thread during the flush,
 * hence a platform thread.
 *
 * <p>Bounds: those of {@link OperationQueue}; others may keep the file's lock from a batch for
 * {@value #BUSY_MILLIS} ms or a little more.
 */
final class SqliteSession implements SqlSession {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteSession.class);

  private static final int BATCH = 512;
  private static final int BUSY_MILLIS = 10_000;
  private static final int ASK_AGAIN_MILLIS = 1;
  private static final int BUSY = 5;
  private static final int IDLE_POLL_MILLIS = 500;

  private final Path file;
  private final Connection connection;
  private final Connection reading;
  private final OperationQueue queue;
  private final OperationQueue questions;
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> readingEnded = new CompletableFuture<>();

  private SqliteSession(Path file, Connection connection, Connection reading) {
    this.file = file;
    this.connection = connection;
    this.reading = reading;
    this.queue = new OperationQueue("the state file " + file, BATCH);
    this.questions = new OperationQueue("the state file " + file, BATCH);
  }

  static SqliteSession open(Environment environment, Path file) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
        SqliteLibrary.loadFrom(directory);
      }
      Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
      SqliteSession session;
      try {
        prepare(environment, connection);
        session = new SqliteSession(file, connection, openForReading(file));
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
      environment.startThread("orbit-state-" + file.getFileName(), session::run);
      environment.startThread("orbit-state-read-" + file.getFileName(), session::read);
      return session;
    } catch (SQLException | IOException e) {
      throw new StorageException(
          ErrorCode.STORE_UNAVAILABLE,
          "the state file %s cannot be opened: %s; check that its directory exists and can be written"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static void prepare(Environment environment, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
      writeAhead(environment, statement);
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
      // From now on whoever begins asks again by itself.
      statement.execute("PRAGMA busy_timeout = " + ASK_AGAIN_MILLIS);
    }
  }

  /**
   * Turns the write-ahead log on. Of two that come to a new file at once SQLite refuses one without
   * waiting, since waiting for each other they would never end: that one waits here for the other,
   * as for any transaction, and asks again.
   */
  private static void writeAhead(Environment environment, Statement statement) throws SQLException {
    long begun = environment.nanoTime();
    while (true) {
      try {
        statement.execute("PRAGMA journal_mode = WAL");
        return;
      } catch (SQLException e) {
        long waited = TimeUnit.NANOSECONDS.toMillis(environment.nanoTime() - begun);
        if (e.getErrorCode() != BUSY || waited >= BUSY_MILLIS) {
          throw e;
        }
      }
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("COMMIT");
    }
  }

  /**
   * Takes the file's lock, asking once a millisecond. SQLite by itself comes to wait 100 ms between
   * two looks, and so finds it free by chance alone where other processes write without a pause:
   * after seconds.
   */
  private static void begin(Statement control) throws SQLException {
    for (int asked = ASK_AGAIN_MILLIS; ; asked += ASK_AGAIN_MILLIS) {
      try {
        control.execute("BEGIN IMMEDIATE");
        return;
      } catch (SQLException e) {
        if (e.getErrorCode() != BUSY || asked >= BUSY_MILLIS) {
          throw e;
        }
      }
    }
  }

  private static Connection openForReading(Path file) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
      statement.execute("PRAGMA query_only = ON");
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public <R> R execute(Operation<R> operation) {
    OperationQueue line = operation instanceof Operation.Reading<R> ? questions : queue;
    return line.execute(operation, () -> {});
  }

  private void read() {
    try (Connection own = reading;
        Statements statements = new Statements(own, "")) {
      while (!questions.isClosed() || !questions.isEmpty()) {
        for (Pending<?> pending : questions.take(IDLE_POLL_MILLIS)) {
          answer(statements, pending);
        }
      }
    } catch (SQLException | InterruptedException e) {
      LOG.error("event=state-file-lost file={} reason={}", file, e.toString());
    } finally {
      questions.end();
      readingEnded.complete(null);
    }
  }

  private void answer(Statements statements, Pending<?> pending) {
    try {
      pending.run(statements).run();
    } catch (SQLException | RuntimeException e) {
      failed(pending, e);
    }
  }

  private void run() {
    try (Connection own = connection;
        Statement control = own.createStatement();
        Statements statements = new Statements(own, "")) {
      while (!queue.isClosed() || !queue.isEmpty()) {
        List<Pending<?>> batch = queue.take(IDLE_POLL_MILLIS);
        if (!batch.isEmpty()) {
          runBatch(control, statements, batch);
        }
      }
    } catch (SQLException | InterruptedException e) {
      LOG.error("event=state-file-lost file={} reason={}", file, e.toString());
    } finally {
      queue.end();
      ended.complete(null);
    }
  }

  private void runBatch(Statement control, Statements statements, List<Pending<?>> batch) {
    List<Runnable> answers = new ArrayList<>(batch.size());
    try {
      begin(control);
    } catch (SQLException e) {
      batch.forEach(pending -> failed(pending, e));
      return;
    }
    try {
      for (Pending<?> pending : batch) {
        answers.add(pending.run(statements));
      }
    } catch (SQLException | RuntimeException e) {
      rollBack(control);
      retryAlone(control, statements, batch, e);
      return;
    }
    try {
      control.execute("COMMIT");
    } catch (SQLException | RuntimeException e) {
      LOG.warn("event=commit-failed file={} operations={} reason={}", file, batch.size(), "" + e);
      rollBack(control);
      batch.forEach(pending -> pending.unknown("the commit failed: " + e.getMessage(), e));
      return;
    }
    answers.forEach(Runnable::run);
  }

  /** One of them broke the transaction, which was rolled back: find out which. */
  private void retryAlone(
      Statement control, Statements statements, List<Pending<?>> batch, Exception failure) {
    if (batch.size() == 1) {
      failed(batch.getFirst(), failure);
      return;
    }
    for (Pending<?> pending : batch) {
      runBatch(control, statements, List.of(pending));
    }
  }

  private void failed(Pending<?> pending, Exception failure) {
    LOG.warn(
        "event=state-operation-failed file={} subject={} reason={}",
        file,
        pending.operation().subject(),
        failure.toString());
    pending.notDone("the state file %s failed: %s".formatted(file, failure.getMessage()), failure);
  }

  private static void rollBack(Statement control) {
    try {
      control.execute("ROLLBACK");
    } catch (SQLException e) {
      // Where no transaction has begun there is none to end.
      LOG.debug("event=rollback-failed reason={}", e.toString());
    }
  }

  @Override
  public void close() {
    queue.close();
    questions.close();
    ended.join();
    readingEnded.join();
  }
}
