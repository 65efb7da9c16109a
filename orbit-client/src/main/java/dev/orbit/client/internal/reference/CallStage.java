package dev.orbit.client.internal.reference;

import dev.orbit.api.env.Environment;
import dev.orbit.client.internal.call.CallingTurn;
import dev.orbit.proto.CallLink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The stage of a call. A turn that blocks on it is known to wait for that call, as if the call had
 * blocked itself.
 */
final class CallStage<T extends @Nullable Object> extends CompletableFuture<T> {
  private final Environment environment;
  private final @Nullable CallingTurn turn;
  private final CallLink call;

  CallStage(Environment environment, @Nullable CallingTurn turn, CallLink call) {
    this.environment = environment;
    this.turn = turn;
    this.call = call;
  }

  private boolean waits() {
    if (turn == null || isDone()) {
      return false;
    }
    turn.waits(call, environment.nanoTime());
    return true;
  }

  private void goesOn(boolean waited) {
    if (waited && turn != null) {
      turn.goesOn();
    }
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    boolean waited = waits();
    try {
      return super.get();
    } finally {
      goesOn(waited);
    }
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    boolean waited = waits();
    try {
      return super.get(timeout, unit);
    } finally {
      goesOn(waited);
    }
  }

  @Override
  public T join() {
    boolean waited = waits();
    try {
      return super.join();
    } finally {
      goesOn(waited);
    }
  }
}
