package dev.orbit.runtime.state;

import dev.orbit.api.error.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The operations that wait for a database. A commit takes far longer than a statement, so that many
 * queue while one is made durable; whoever carries them out takes all that wait, up to a bound, and
 * makes them durable together.
 *
 * <p>Bounds: {@value #CAPACITY} operations wait at most; one that finds no place within {@value
 * #OFFER_SECONDS} s is refused. Thread-safe.
 */
final class OperationQueue {
  private static final int CAPACITY = 4096;
  private static final int OFFER_SECONDS = 5;

  private final String store;
  private final int batch;
  private final BlockingQueue<Pending<?>> queue = new ArrayBlockingQueue<>(CAPACITY);
  private volatile boolean closed;
  private volatile boolean ended;

  /**
   * An empty queue.
   *
   * @param store its name in messages
   * @param batch how many operations are taken at once at most
   */
  OperationQueue(String store, int batch) {
    this.store = store;
    this.batch = batch;
  }

  /**
   * Adds one and waits for its answer.
   *
   * @param added called when it is in the queue
   */
  <R> R execute(Operation<R> operation, Runnable added) {
    Pending<R> pending = new Pending<>(operation);
    try {
      if (closed) {
        throw Refusal.closed(operation.subject());
      }
      if (!queue.offer(pending, OFFER_SECONDS, TimeUnit.SECONDS)) {
        throw Refusal.notDone(
            operation.subject(),
            "%d operations wait for %s already".formatted(CAPACITY, store),
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.notDone(operation.subject(), "interrupted", e);
    }
    added.run();
    if (ended) {
      refuseAll();
    }
    try {
      return pending.answer().join();
    } catch (CompletionException e) {
      throw rethrown(operation, e.getCause());
    }
  }

  /** A copy, so that the trace shows who asked and not the thread that carried it out. */
  private static StorageException rethrown(Operation<?> operation, @Nullable Throwable failure) {
    if (failure instanceof StorageException refused) {
      return new StorageException(refused.code(), refused.description(), refused);
    }
    return Refusal.unknown(operation.subject(), String.valueOf(failure), failure);
  }

  /** What waits, up to a batch; waits for the first for a while. */
  List<Pending<?>> take(int patienceMillis) throws InterruptedException {
    Pending<?> first = queue.poll(patienceMillis, TimeUnit.MILLISECONDS);
    if (first == null) {
      return List.of();
    }
    List<Pending<?>> taken = new ArrayList<>();
    taken.add(first);
    queue.drainTo(taken, batch - 1);
    return taken;
  }

  /** What waits now, up to a batch. */
  List<Pending<?>> takeNow() {
    List<Pending<?>> taken = new ArrayList<>();
    queue.drainTo(taken, batch);
    return taken;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  boolean isClosed() {
    return closed;
  }

  /** Refuses operations from now on; those that wait are still carried out. */
  void close() {
    closed = true;
  }

  /** Nobody carries operations out any more: refuses those that wait, and all that come. */
  void end() {
    closed = true;
    ended = true;
    refuseAll();
  }

  private void refuseAll() {
    for (Pending<?> pending = queue.poll(); pending != null; pending = queue.poll()) {
      pending.closed();
    }
  }
}
