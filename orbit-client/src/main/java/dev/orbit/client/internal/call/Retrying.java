package dev.orbit.client.internal.call;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Repeats calls that surely did not run until they succeed, fail otherwise, or their deadline
 * leaves no room for another attempt.
 *
 * <p>Thread-safe; never blocks. The first attempt is made on the caller's thread, later ones on
 * virtual threads.
 */
public final class Retrying {
  private final Environment environment;
  private final RetryPolicy policy;

  public Retrying(Environment environment, RetryPolicy policy) {
    this.environment = environment;
    this.policy = policy;
  }

  /** One attempt of a call. */
  @FunctionalInterface
  public interface Attempt<T extends @Nullable Object> {
    /**
     * Makes it.
     *
     * @param attempts how many were made before
     * @return completes with the outcome; what is thrown counts as its failure
     */
    CompletionStage<T> make(int attempts);
  }

  /**
   * Makes attempts until one counts.
   *
   * @param deadlineNanos by {@link Environment#nanoTime}; no attempt begins after it
   * @return the outcome of the last attempt; cancelling it cancels the attempt under way and all
   *     further ones
   */
  public <T extends @Nullable Object> CompletableFuture<T> call(
      long deadlineNanos, Attempt<T> attempt) {
    Run<T> run = new Run<>(deadlineNanos, attempt);
    run.next();
    return run.outcome;
  }

  /**
   * One call; its fields are touched by one thread at a time, handed on by the environment's
   * queues.
   */
  private final class Run<T extends @Nullable Object> {
    private final long deadlineNanos;
    private final Attempt<T> attempt;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private int failures;

    Run(long deadlineNanos, Attempt<T> attempt) {
      this.deadlineNanos = deadlineNanos;
      this.attempt = attempt;
    }

    void next() {
      if (outcome.isDone()) {
        return;
      }
      CompletableFuture<T> stage = make();
      var _ =
          stage.whenComplete(
              (value, failure) -> {
                if (failure == null) {
                  outcome.complete(value);
                } else {
                  failed(unwrap(failure));
                }
              });
      if (!stage.isDone()) {
        var _ =
            outcome.whenComplete(
                (_, _) -> {
                  if (outcome.isCancelled()) {
                    stage.cancel(true);
                  }
                });
      }
    }

    private CompletableFuture<T> make() {
      try {
        return attempt.make(failures).toCompletableFuture();
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private void failed(Throwable failure) {
      failures++;
      if (!RetryPolicy.isRetryable(failure)) {
        outcome.completeExceptionally(failure);
        return;
      }
      Duration delay = policy.delay(failures, failure, environment.random());
      if (delay.toNanos() >= deadlineNanos - environment.nanoTime()) {
        outcome.completeExceptionally(gaveUp((NotExecutedException) failure));
        return;
      }
      environment.schedule(delay, () -> environment.virtualThreads().execute(this::next));
    }

    private NotExecutedException gaveUp(NotExecutedException last) {
      ErrorCode code = last.code();
      return new NotExecutedException(
          code,
          "%s; gave up after %d attempts, the deadline leaves no time for another"
              .formatted(last.description(), failures),
          last.getCause(),
          last.retryAfter().orElse(null));
    }
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
