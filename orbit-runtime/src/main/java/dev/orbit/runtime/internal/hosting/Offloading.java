package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.internal.call.CurrentTurn;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Platform threads for work that computes for long, as many as there are processors, started when
 * they are first needed. Thread-safe.
 */
public final class Offloading implements AutoCloseable {
  /** More than this is no work that somebody waits for within a call. */
  static final int MOST_WAITING = 1_000;

  private final Environment environment;
  private final int most = Math.max(2, Runtime.getRuntime().availableProcessors());
  private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AtomicInteger threads = new AtomicInteger();
  private volatile boolean closed;

  public Offloading(Environment environment) {
    this.environment = environment;
  }

  /**
   * Runs work on a platform thread while the turn of this thread, if there is one, waits for it.
   */
  <T> T await(Callable<T> work) throws Exception {
    CompletableFuture<T> outcome = run(work);
    Turn turn =
        CurrentTurn.get() instanceof Turn current && current.isOfThisThread() ? current : null;
    if (turn != null) {
      turn.letOthersIn();
    }
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception thrown ? thrown : e;
    } catch (InterruptedException e) {
      outcome.cancel(true);
      throw e;
    } finally {
      if (turn != null) {
        turn.shutOthersOut();
      }
    }
  }

  /**
   * Runs {@code work} as soon as a thread is free.
   *
   * @return completes with what it returned or threw; cancelling it interrupts it
   * @throws NotExecutedException with {@code OVERLOADED} if too much waits, or {@code
   *     SHUTTING_DOWN}
   */
  <T> CompletableFuture<T> run(Callable<T> work) {
    CompletableFuture<T> outcome = new CompletableFuture<>();
    FutureTask<T> task =
        new FutureTask<>(work) {
          @Override
          protected void done() {
            switch (state()) {
              case SUCCESS -> outcome.complete(resultNow());
              case FAILED -> outcome.completeExceptionally(exceptionNow());
              case RUNNING, CANCELLED -> outcome.cancel(false);
            }
          }
        };
    if (closed) {
      throw new NotExecutedException(
          ErrorCode.SHUTTING_DOWN, "work was not offloaded: the node has stopped");
    }
    if (!waiting.offer(task)) {
      throw new NotExecutedException(
          ErrorCode.OVERLOADED,
          "work was not offloaded: %d pieces wait for %d threads of this node already"
              .formatted(MOST_WAITING, most));
    }
    var _ =
        outcome.whenComplete(
            (_, _) -> {
              if (outcome.isCancelled()) {
                task.cancel(true);
              }
            });
    startThread();
    return outcome;
  }

  private void startThread() {
    int present = threads.get();
    while (present < most) {
      if (threads.compareAndSet(present, present + 1)) {
        environment.startThread("orbit-offload-" + (present + 1), this::work);
        return;
      }
      present = threads.get();
    }
  }

  private void work() {
    try {
      while (true) {
        Runnable next = waiting.take();
        if (closed) {
          return;
        }
        next.run();
        // A late interrupt of the task is not for the next.
        Thread.interrupted();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the threads once they have done what they do; what waits is called off. */
  @Override
  public void close() {
    closed = true;
    waiting.forEach(task -> ((FutureTask<?>) task).cancel(false));
    waiting.clear();
    for (int i = 0; i < threads.get(); i++) {
      waiting.add(() -> {});
    }
  }
}
