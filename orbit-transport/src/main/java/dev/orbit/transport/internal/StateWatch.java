package dev.orbit.transport.internal;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.transport.PeerStatus;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Those who wait until the connections to a node are in some state. They are told on virtual
 * threads, so that whoever changes the state neither waits for them nor holds a lock meanwhile.
 * Thread-safe.
 */
final class StateWatch {
  /** More than anybody waits for one node with a purpose. */
  private static final int MOST_WAITERS = 1000;

  private final Environment environment;
  private final Supplier<PeerStatus.State> state;
  private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();

  /** One who waits; equal to itself only. */
  private static final class Waiter extends CompletableFuture<PeerStatus.State> {
    final Predicate<PeerStatus.State> until;

    Waiter(Predicate<PeerStatus.State> until) {
      this.until = until;
    }
  }

  /**
   * Nobody waits.
   *
   * @param state what it is at present
   */
  StateWatch(Environment environment, Supplier<PeerStatus.State> state) {
    this.environment = environment;
    this.state = state;
  }

  /** As {@link dev.orbit.transport.Connections#awaitState}. */
  CompletionStage<PeerStatus.State> await(Predicate<PeerStatus.State> until, Duration timeout) {
    PeerStatus.State now = state.get();
    if (until.test(now)) {
      return CompletableFuture.completedFuture(now);
    }
    if (waiters.size() >= MOST_WAITERS) {
      return CompletableFuture.failedFuture(
          new NotExecutedException(
              ErrorCode.OVERLOADED,
              "%d others wait for a state of the connections to the same node, which is the limit"
                  .formatted(MOST_WAITERS)));
    }
    Waiter waiter = new Waiter(until);
    waiters.add(waiter);
    Cancellable timer =
        environment.schedule(
            timeout,
            () -> environment.virtualThreads().execute(() -> waiter.complete(state.get())));
    var _ =
        waiter.whenComplete(
            (_, _) -> {
              waiters.remove(waiter);
              timer.cancel();
            });
    // It may have changed before this one was there to be told.
    tell(waiter);
    return waiter;
  }

  /** Something may have changed. Calls nobody back on this thread. */
  void changed() {
    if (!waiters.isEmpty()) {
      environment.virtualThreads().execute(() -> waiters.forEach(this::tell));
    }
  }

  private void tell(Waiter waiter) {
    PeerStatus.State now = state.get();
    try {
      if (waiter.until.test(now)) {
        waiter.complete(now);
      }
    } catch (RuntimeException e) {
      // What one of them asks must not keep the others waiting.
      waiter.completeExceptionally(e);
    }
  }
}
