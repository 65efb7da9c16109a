package dev.orbit.client.internal.reference;

import dev.orbit.api.env.Environment;
import dev.orbit.client.internal.call.CallingTurn;
import dev.orbit.client.internal.call.Derived;
import dev.orbit.client.internal.call.Invocation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The stage of a call. Unless it is cancelled it ends on a virtual thread, as what follows it is
 * the application's. A turn that blocks on it is known to wait for that call, as if the call had
 * blocked itself. Cancelling it calls off the call. Once it has ended it keeps nothing of the call
 * but its outcome: applications keep stages. Thread-safe.
 */
final class CallStage extends Derived<@Nullable Object, @Nullable Object> implements Runnable {
  private final Environment environment;
  private final @Nullable CallingTurn turn;
  private final long began;

  /** Null once it has ended. */
  private volatile @Nullable Invocation invocation;

  // The outcome, from whoever has brought it to the thread that gives it on.
  private @Nullable Object value;
  private @Nullable Throwable failure;

  /**
   * The stage of a call that is not made yet.
   *
   * @param turn makes it; null if none does
   * @param began when the call began, by {@link Environment#nanoTime}
   */
  CallStage(
      Environment environment, @Nullable CallingTurn turn, Invocation invocation, long began) {
    this.environment = environment;
    this.turn = turn;
    this.invocation = invocation;
    this.began = began;
  }

  /** Will end as that does, with what its caller gets. */
  void endAs(CompletableFuture<@Nullable Object> outcome) {
    follow(outcome);
  }

  @Override
  protected void heard(@Nullable Object result, @Nullable Throwable reason) {
    if (!isDone()) {
      value = result;
      failure = reason;
      environment.virtualThreads().execute(this);
    }
  }

  /** Ends it. */
  @Override
  public void run() {
    Throwable reason = failure;
    Invocation call = invocation;
    try {
      if (reason == null) {
        complete(value);
      } else if (call != null) {
        completeExceptionally(Failures.surface(reason, call, environment.nanoTime() - began));
      }
    } catch (RuntimeException | Error e) {
      // What the application throws may fail in turn when it is looked at.
      completeExceptionally(e);
    }
    value = null;
    failure = null;
  }

  @Override
  protected void ended() {
    if (isCancelled()) {
      cancelFollowed();
    }
    invocation = null;
    forget();
  }

  private boolean waits() {
    Invocation call = invocation;
    if (turn == null || call == null || isDone()) {
      return false;
    }
    turn.waits(call.link(), environment.nanoTime());
    return true;
  }

  private void goesOn(boolean waited) {
    if (waited && turn != null) {
      turn.goesOn();
    }
  }

  @Override
  public @Nullable Object get() throws InterruptedException, ExecutionException {
    boolean waited = waits();
    try {
      return super.get();
    } finally {
      goesOn(waited);
    }
  }

  @Override
  public @Nullable Object get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    boolean waited = waits();
    try {
      return super.get(timeout, unit);
    } finally {
      goesOn(waited);
    }
  }

  @Override
  public @Nullable Object join() {
    boolean waited = waits();
    try {
      return super.join();
    } finally {
      goesOn(waited);
    }
  }
}
