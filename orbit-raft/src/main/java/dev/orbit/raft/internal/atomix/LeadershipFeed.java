package dev.orbit.raft.internal.atomix;

import dev.orbit.api.env.Cancellable;
import dev.orbit.raft.consensus.Leadership;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who leads: every change, in order, away from the threads of the protocol, which must not
 * wait for listeners. Thread-safe.
 */
final class LeadershipFeed {
  private static final Logger log = LoggerFactory.getLogger(LeadershipFeed.class);

  private final Executor executor;
  private final Set<Consumer<Leadership>> listeners = new CopyOnWriteArraySet<>();
  private final Deque<Leadership> untold = new ArrayDeque<>();
  private boolean telling;
  private volatile Leadership current = Leadership.NONE;

  LeadershipFeed(Executor executor) {
    this.executor = executor;
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
  boolean update(Leadership now) {
    synchronized (this) {
      if (now.equals(current)) {
        return false;
      }
      current = now;
      untold.add(now);
      if (telling) {
        return true;
      }
      telling = true;
    }
    executor.execute(this::tell);
    return true;
  }

  private void tell() {
    while (true) {
      Leadership next;
      synchronized (this) {
        if (untold.isEmpty()) {
          telling = false;
          return;
        }
        next = untold.remove();
      }
      for (Consumer<Leadership> listener : listeners) {
        try {
          listener.accept(next);
        } catch (RuntimeException e) {
          log.error("a listener failed at leadership={}", next, e);
        }
      }
    }
  }
}
