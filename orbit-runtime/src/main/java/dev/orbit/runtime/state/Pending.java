package dev.orbit.runtime.state;

import dev.orbit.api.error.StorageException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/**
 * An operation that waits for its answer. It is answered once, by the thread that carries it out.
 */
final class Pending<R> {
  private final Operation<R> operation;
  private final CompletableFuture<R> answer = new CompletableFuture<>();

  Pending(Operation<R> operation) {
    this.operation = operation;
  }

  Operation<R> operation() {
    return operation;
  }

  CompletableFuture<R> answer() {
    return answer;
  }

  /**
   * Carries it out within a transaction.
   *
   * @return what tells the asker, once the transaction is durable
   */
  Runnable run(Statements statements) throws SQLException {
    try {
      R result = Tables.execute(statements, operation);
      return () -> answer.complete(result);
    } catch (StorageException refused) {
      return () -> answer.completeExceptionally(refused);
    }
  }

  void notDone(String reason, Throwable cause) {
    answer.completeExceptionally(Refusal.notDone(operation.subject(), reason, cause));
  }

  void unknown(String reason, Throwable cause) {
    answer.completeExceptionally(Refusal.unknown(operation.subject(), reason, cause));
  }

  void closed() {
    answer.completeExceptionally(Refusal.closed(operation.subject()));
  }
}
