package dev.orbit.client.internal.call;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Makes a second attempt of a call beside the first, where the first takes long, and takes the
 * answer that comes first. Only for calls that may run twice.
 *
 * <p>Second attempts are paid for from the budget of all repetitions, which is a tenth of the
 * calls, and only as long as half of its reserve is left: so a cluster that is slow as a whole is
 * not made slower by them. An attempt that failed without an answer waits for the other; the
 * attempt that is not needed any more is cancelled. Thread-safe; never blocks.
 */
public final class Hedging {
  /** No second attempts. */
  public static final Duration OFF = Duration.ZERO;

  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration MOST = Duration.ofMinutes(1);

  private final Environment environment;
  private final Duration after;
  private final RetryBudget budget;
  private final LongAdder hedged = new LongAdder();
  private final LongAdder won = new LongAdder();

  /**
   * As configured.
   *
   * @param budget what may be sent more than once, shared by all that repeats in this process
   * @param after how long the first attempt may take before the second is made, 1 ms to 1 min; zero
   *     for no second attempts
   * @throws ConfigurationException if it is out of its range
   */
  public Hedging(Environment environment, RetryBudget budget, Duration after) {
    this.environment = environment;
    this.budget = budget;
    this.after = checked(after);
  }

  /**
   * A duration that can be used.
   *
   * @throws ConfigurationException if it is out of its range
   */
  public static Duration checked(Duration after) {
    if (!after.isZero() && (after.compareTo(LEAST) < 0 || after.compareTo(MOST) > 0)) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "hedge-after is %s; allowed are %s to %s, and zero for never"
              .formatted(after, LEAST, MOST));
    }
    return after;
  }

  /** Whether there are any second attempts. */
  public boolean isOn() {
    return !after.isZero();
  }

  /** One of the attempts. */
  @FunctionalInterface
  public interface Attempt<T extends @Nullable Object> {
    /**
     * Makes it.
     *
     * @param second whether it is the second, which should go another way
     */
    CompletionStage<T> make(boolean second);
  }

  /** Makes one attempt, or two; the outcome of the one that counts. */
  public <T extends @Nullable Object> CompletableFuture<T> call(Attempt<T> attempt) {
    Run<T> run = new Run<>(attempt);
    run.begin();
    return run.outcome;
  }

  /** How many second attempts were made. */
  public long hedged() {
    return hedged.sum();
  }

  /** How many of them answered first. */
  public long won() {
    return won.sum();
  }

  private final class Run<T extends @Nullable Object> {
    final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final Attempt<T> attempt;

    /** Attempts that have not failed; the second counts from before it is made. */
    private final AtomicInteger underWay = new AtomicInteger(1);

    Run(Attempt<T> attempt) {
      this.attempt = attempt;
    }

    void begin() {
      make(false);
      if (outcome.isDone()) {
        return;
      }
      Cancellable timer =
          environment.schedule(after, () -> environment.virtualThreads().execute(this::second));
      var _ = outcome.whenComplete((_, _) -> timer.cancel());
    }

    private void second() {
      if (outcome.isDone() || !budget.takeSpare(environment.nanoTime())) {
        return;
      }
      // The first may fail at this very moment, and then is not waited for.
      if (underWay.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
        return;
      }
      hedged.increment();
      make(true);
    }

    private void make(boolean second) {
      CompletableFuture<T> stage;
      try {
        stage = attempt.make(second).toCompletableFuture();
      } catch (RuntimeException e) {
        stage = CompletableFuture.failedFuture(e);
      }
      CompletableFuture<T> made = stage;
      var _ =
          made.whenComplete(
              (value, failure) -> {
                if (failure == null) {
                  if (outcome.complete(value) && second) {
                    won.increment();
                  }
                } else {
                  failed(failure);
                }
              });
      if (!made.isDone()) {
        var _ = outcome.whenComplete((_, _) -> made.cancel(true));
      }
    }

    private void failed(Throwable came) {
      Throwable failure = unwrap(came);
      boolean without =
          failure instanceof NotExecutedException || failure instanceof OutcomeUnknownException;
      if (underWay.decrementAndGet() == 0 || !without) {
        outcome.completeExceptionally(came instanceof RefusedElsewhere ? came : failure);
      }
    }
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
