package dev.orbit.raft.internal.atomix;

import dev.orbit.api.env.Cancellable;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.internal.concurrent.SerialQueue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Tells who leads: every change, in order, away from the threads of the protocol, which must not
 * wait for listeners. Thread-safe.
 */
final class LeadershipFeed {
  private final SerialQueue queue;
  private final Set<Consumer<Leadership>> listeners = new CopyOnWriteArraySet<>();
  private volatile Leadership current = Leadership.NONE;

  LeadershipFeed(Executor executor) {
    this.queue = new SerialQueue(executor);
  }

  Leadership current() {
    return current;
  }

  Cancellable listen(Consumer<Leadership> listener) {
    // A wrapper, so that one listener can be added twice and taken away once.
    Consumer<Leadership> added = now -> listener.accept(now);
    listeners.add(added);
    return () -> listeners.remove(added);
  }

  /** Returns whether that is a change. */
  synchronized boolean update(Leadership now) {
    if (now.equals(current)) {
      return false;
    }
    current = now;
    for (Consumer<Leadership> listener : listeners) {
      queue.execute(() -> listener.accept(now));
    }
    return true;
  }
}
