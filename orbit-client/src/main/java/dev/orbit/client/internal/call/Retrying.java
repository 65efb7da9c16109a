package dev.orbit.client.internal.call;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.Objects;
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
 * <p>What reaches another process more than once is paid for from the {@link RetryBudget}, whatever
 * the reason: a call that another has refused waits, before it is sent again, until there is room
 * for it. One that was refused for want of room, here too, fails where there is none. An attempt
 * that nobody has got yet is none: while a node cannot be reached its calls cost nothing, and none
 * of them is late when another stands in for it.
 *
 * <p>Thread-safe; never blocks. The first attempt is made on the caller's thread, later ones on
 * virtual threads.
 */
public final class Retrying implements AutoCloseable {
  private final Environment environment;
  private final RetryPolicy policy;
  private final RetryBudget budget;

  /** The calls that wait for their next attempt. */
  private final Set<Run<?>> pausing = ConcurrentHashMap.newKeySet();

  private final LongAdder repeated = new LongAdder();
  private final LongAdder outOfBudget = new LongAdder();
  private final LongAdder postponed = new LongAdder();
  private volatile boolean closed;

  /**
   * What repeats calls.
   *
   * @param budget shared by all that repeats in this process
   */
  public Retrying(Environment environment, RetryPolicy policy, RetryBudget budget) {
    this.environment = environment;
    this.policy = policy;
    this.budget = budget;
  }

  /** How a call is attempted. Its methods are called one after the other. */
  @FunctionalInterface
  public interface Attempt<T extends @Nullable Object> {
    /**
     * Makes it.
     *
     * @param attempts how many were made before
     * @return completes with what the attempt gives, of which {@link #instead} and {@link #refusal}
     *     say what it means; what is thrown, here or there, counts as its failure
     */
    CompletionStage<T> make(int attempts);

    /**
     * What is waited for in place of what the attempt has given, as the rest of that attempt.
     *
     * @return null for nothing: what it has given counts
     */
    default @Nullable CompletableFuture<T> instead(T given) {
      return null;
    }

    /**
     * Why what the attempt has given counts as its failure.
     *
     * @return as what an attempt fails with; null if what it has given is the outcome of the call
     */
    default @Nullable Throwable refusal(T given) {
      return null;
    }

    /** The call has its outcome, and who listened by then has heard of it. Called once. */
    default void ended() {}
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
    return run;
  }

  /**
   * Makes attempts of a call of which the first was made otherwise, and refused.
   *
   * @param refused why the first attempt failed; {@linkplain RefusedElsewhere as it came}
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAgain(
      long deadlineNanos, Throwable refused, Attempt<T> attempt) {
    Run<T> run = new Run<>(deadlineNanos, attempt);
    run.failed(refused);
    return run;
  }

  /** First attempts are made otherwise than here; they count as those that are made here. */
  public void attempted(int calls) {
    for (int i = 0; i < calls; i++) {
      budget.attempted();
    }
  }

  /**
   * One call, and its outcome; its fields are touched by one thread at a time, handed on by the
   * environment's queues.
   */
  private final class Run<T extends @Nullable Object> extends Derived<T, T> {
    private final long deadlineNanos;
    private final Attempt<T> attempt;
    private int failures;
    private int postponements;

    /** Whether somebody else has got it before, so that the next attempt is load. */
    private boolean reached;

    /** Whether the next attempt, or the one under way, was taken out of the budget. */
    private boolean taken;

    private @Nullable NotExecutedException last;

    Run(long deadlineNanos, Attempt<T> attempt) {
      this.deadlineNanos = deadlineNanos;
      this.attempt = attempt;
    }

    void next() {
      if (!isDone()) {
        follow(make());
      }
    }

    @Override
    protected void heard(T value, @Nullable Throwable failure) {
      if (failure != null) {
        failed(failure);
      } else if (!isDone()) {
        given(value);
      }
    }

    private void given(T value) {
      CompletableFuture<T> other;
      Throwable refused = null;
      try {
        other = attempt.instead(value);
        if (other == null) {
          refused = attempt.refusal(value);
        }
      } catch (RuntimeException e) {
        failed(e);
        return;
      }
      if (other != null) {
        follow(other);
      } else if (refused != null) {
        failed(refused);
      } else {
        complete(value);
      }
    }

    @Override
    protected void ended() {
      attempt.ended();
    }

    private CompletableFuture<T> make() {
      try {
        return attempt.make(failures).toCompletableFuture();
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    void failed(Throwable came) {
      Throwable failure = unwrap(came);
      failures++;
      if (!RetryPolicy.isRetryable(failure)) {
        completeExceptionally(failure);
        return;
      }
      NotExecutedException refused = (NotExecutedException) failure;
      boolean elsewhere = came instanceof RefusedElsewhere;
      reached |= elsewhere;
      if (taken && !elsewhere && !RetryPolicy.wantsRoom(refused.code())) {
        budget.giveBack();
      }
      taken = false;
      if (isDone()) {
        return;
      }
      Duration delay = policy.delay(failures, failure, environment.random());
      if (delay.toNanos() >= deadlineNanos - environment.nanoTime()) {
        giveUp(refused, "the deadline leaves no time for another");
        return;
      }
      if (RetryPolicy.wantsRoom(refused.code())) {
        if (!budget.take(environment.nanoTime())) {
          outOfBudget.increment();
          giveUp(refused, "as repetitions are a tenth of all calls already");
          return;
        }
        taken = true;
      }
      last = refused;
      pause(delay);
    }

    private void pause(Duration delay) {
      pausing.add(this);
      environment.schedule(delay, () -> environment.virtualThreads().execute(this::resume));
      if (closed) {
        end();
      }
    }

    private void resume() {
      if (!pausing.remove(this)) {
        return;
      }
      if (reached && !taken) {
        taken = budget.take(environment.nanoTime());
        if (!taken) {
          postpone(Objects.requireNonNull(last));
          return;
        }
      }
      repeated.increment();
      next();
    }

    private void postpone(NotExecutedException refused) {
      postponements++;
      Duration delay = policy.delay(failures + postponements, refused, environment.random());
      if (delay.toNanos() >= deadlineNanos - environment.nanoTime()) {
        outOfBudget.increment();
        giveUp(refused, "as repetitions were a tenth of all calls until its deadline");
        return;
      }
      postponed.increment();
      pause(delay);
    }

    /** Makes no further attempt; does nothing while one is under way. */
    void end() {
      NotExecutedException reason = last;
      if (pausing.remove(this) && reason != null) {
        giveUp(reason, "this end has stopped");
      }
    }

    private void giveUp(NotExecutedException refused, String why) {
      completeExceptionally(
          NotExecutedException.of(
              refused.code(),
              "%s; gave up after %d attempts, %s".formatted(refused.description(), failures, why),
              refused.getCause(),
              refused.retryAfter().orElse(null)));
    }
  }

  /** How many attempts were made after the first of their calls. */
  public long repeated() {
    return repeated.sum();
  }

  /** How many were not made because repetitions are a tenth of all calls already. */
  public long outOfBudget() {
    return outOfBudget.sum();
  }

  /** How often one had to wait because repetitions were a tenth of all calls. */
  public long postponed() {
    return postponed.sum();
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
