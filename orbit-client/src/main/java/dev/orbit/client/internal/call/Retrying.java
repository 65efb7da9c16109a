package dev.orbit.client.internal.call;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Repeats calls that surely did not run until they succeed, fail otherwise, or their deadline
 * leaves no room for another attempt.
 *
 * <p>Thread-safe; never blocks. The first attempt is made on the caller's thread, later ones on
 * virtual threads.
 */
public final class Retrying implements AutoCloseable {
  /** Repetitions at once, after a quiet time, of what was refused for want of room. */
  private static final int RESERVE = 100;

  private final Environment environment;
  private final RetryPolicy policy;
  private final RetryBudget budget = new RetryBudget(RESERVE);

  /** The calls that wait for their next attempt. */
  private final Set<Run<?>> pausing = ConcurrentHashMap.newKeySet();

  private final LongAdder repeated = new LongAdder();
  private final LongAdder outOfBudget = new LongAdder();
  private volatile boolean closed;

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
    budget.attempted();
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
    private @Nullable NotExecutedException last;

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
      NotExecutedException refused = (NotExecutedException) failure;
      Duration delay = policy.delay(failures, failure, environment.random());
      if (delay.toNanos() >= deadlineNanos - environment.nanoTime()) {
        giveUp(refused, "the deadline leaves no time for another");
        return;
      }
      if (refused.code() == ErrorCode.OVERLOADED && !budget.take()) {
        outOfBudget.increment();
        giveUp(refused, "as repetitions are a tenth of all calls already");
        return;
      }
      last = refused;
      repeated.increment();
      pausing.add(this);
      environment.schedule(delay, () -> environment.virtualThreads().execute(this::resume));
      if (closed) {
        end();
      }
    }

    private void resume() {
      if (pausing.remove(this)) {
        next();
      }
    }

    /** Makes no further attempt; does nothing while one is under way. */
    void end() {
      NotExecutedException reason = last;
      if (pausing.remove(this) && reason != null) {
        giveUp(reason, "this end has stopped");
      }
    }

    private void giveUp(NotExecutedException refused, String why) {
      outcome.completeExceptionally(
          NotExecutedException.of(
              refused.code(),
              "%s; gave up after %d attempts, %s".formatted(refused.description(), failures, why),
              refused.getCause(),
              refused.retryAfter().orElse(null)));
    }
  }

  /** How many attempts were, or are about to be, made after the first of their calls. */
  public long repeated() {
    return repeated.sum();
  }

  /** How many were not made because repetitions are a tenth of all calls already. */
  public long outOfBudget() {
    return outOfBudget.sum();
  }

  /**
   * Stops repeating: calls that wait for another attempt fail as their last one did, and those
   * under way end with the attempt that they make. Idempotent.
   */
  @Override
  public void close() {
    closed = true;
    pausing.forEach(Run::end);
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
