package dev.orbit.runtime.internal.routing;

import dev.orbit.runtime.internal.simulated.QuietEnvironment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Where turns of {@link PartyActor} wait to be told what to do, and what became of it. Each actor
 * has one turn at a time. Thread-safe; what is asked of it while time stands still does not change.
 */
final class Desk {
  private final QuietEnvironment environment;
  private final TreeMap<String, CompletableFuture<Optional<String>>> asking = new TreeMap<>();
  private final Map<String, String> waitsFor = new TreeMap<>();
  private final Map<String, Thread> threads = new HashMap<>();

  Desk(QuietEnvironment environment) {
    this.environment = environment;
  }

  /** What the turn of that actor is to do next: call somebody, or be over. Blocks. */
  Optional<String> next(String actor) {
    CompletableFuture<Optional<String>> told = new CompletableFuture<>();
    synchronized (this) {
      asking.put(actor, told);
      threads.put(actor, Thread.currentThread());
    }
    environment.waits();
    return told.join();
  }

  /** That actor's turn waits for its call no longer. */
  synchronized void goesOn(String actor) {
    waitsFor.remove(actor);
  }

  /** The actors with a turn that waits to be told something. */
  synchronized List<String> asking() {
    return List.copyOf(asking.keySet());
  }

  /** Has the turn of that actor call another one, or be over; returns when it waits again. */
  void tell(String actor, Optional<String> whom) throws InterruptedException {
    CompletableFuture<Optional<String>> told;
    synchronized (this) {
      told = asking.remove(actor);
      whom.ifPresent(other -> waitsFor.put(actor, other));
    }
    if (told == null) {
      throw new IllegalStateException(actor + " asks nothing");
    }
    environment.goesOn();
    told.complete(whom);
    environment.settle();
  }

  /** The actors whose turns wait for a call. */
  synchronized List<String> waiting() {
    return List.copyOf(waitsFor.keySet());
  }

  /** Has the turn of that actor wait no longer; the call that it waited for goes on. */
  void giveUp(String actor) throws InterruptedException {
    environment.goesOn();
    Thread thread;
    synchronized (this) {
      thread = threads.get(actor);
    }
    if (thread != null) {
      thread.interrupt();
    }
    environment.settle();
  }

  /** Whether each would wait for the other if the first called the second now. */
  synchronized boolean wouldMeet(String actor, String whom) {
    String next = whom;
    while (next != null && !next.equals(actor)) {
      next = waitsFor.get(next);
    }
    return next != null;
  }
}
