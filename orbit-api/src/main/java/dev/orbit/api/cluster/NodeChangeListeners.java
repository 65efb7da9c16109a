package dev.orbit.api.cluster;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of one resolver. Whoever writes a {@link NodeResolver} that notices changes hands
 * them to {@link #tell}, and leaves to this class what {@link NodeResolver#onChange} promises of
 * threads, order and bounds.
 *
 * <pre>{@code
 * private final NodeChangeListeners listeners = new NodeChangeListeners(threads, log::warn);
 *
 * public Cancellable onChange(Consumer<NodeId> listener) {
 *   return listeners.add(listener);
 * }
 * }</pre>
 *
 * <p>Each listener has a set of nodes that it is yet to be told of, and at most one thread that
 * empties it: this is what keeps its calls apart, merges changes of one node, and lets a slow
 * listener delay nobody else. Thread-safe; no method blocks.
 */
public final class NodeChangeListeners {
  /** The most listeners of one resolver: a handful is usual, so that more is a leak. */
  public static final int MAX_LISTENERS = 1_000;

  /** The most changes held back for a listener that is slow: two for each node of 10,000. */
  public static final int MAX_PENDING = 20_000;

  private final Executor threads;
  private final BiConsumer<String, Throwable> warnings;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  /**
   * No listeners yet.
   *
   * @param threads runs each task on another thread than the caller's, as {@link
   *     dev.orbit.api.env.Environment#virtualThreads} does; tasks block when listeners do
   * @param warnings takes what a listener threw, and what was dropped; for a log
   */
  public NodeChangeListeners(Executor threads, BiConsumer<String, Throwable> warnings) {
    this.threads = threads;
    this.warnings = warnings;
  }

  /**
   * Takes a listener in.
   *
   * @return takes it away again, as {@link NodeResolver#onChange} says
   * @throws IllegalStateException if there are {@value #MAX_LISTENERS}
   */
  public synchronized Cancellable add(Consumer<NodeId> listener) {
    if (subscriptions.size() >= MAX_LISTENERS) {
      throw new IllegalStateException(
          "the resolver has %d listeners, and that is the most; cancel those no longer needed"
              .formatted(MAX_LISTENERS));
    }
    Subscription subscription = new Subscription(listener);
    subscriptions.add(subscription);
    return subscription;
  }

  /** Whether nobody listens, so that looking for changes is of no use. */
  public boolean isEmpty() {
    return subscriptions.isEmpty();
  }

  /**
   * Tells every listener of nodes whose answers have changed already. Returns at once.
   *
   * @param nodes none tells nobody anything
   */
  public void tell(Collection<NodeId> nodes) {
    if (nodes.isEmpty()) {
      return;
    }
    for (Subscription subscription : subscriptions) {
      subscription.add(nodes);
    }
  }

  private final class Subscription implements Cancellable {
    private final Consumer<NodeId> listener;
    private final Set<NodeId> pending = new LinkedHashSet<>();
    private boolean draining;
    private boolean cancelled;

    Subscription(Consumer<NodeId> listener) {
      this.listener = listener;
    }

    void add(Collection<NodeId> nodes) {
      int dropped = 0;
      boolean start;
      synchronized (this) {
        if (cancelled) {
          return;
        }
        for (NodeId node : nodes) {
          if (pending.size() < MAX_PENDING) {
            pending.add(node);
          } else if (!pending.contains(node)) {
            dropped++;
          }
        }
        start = !draining;
        draining = true;
      }
      if (dropped > 0) {
        warnings.accept(
            "dropped=%d changes that a slow listener is not told of".formatted(dropped),
            new IllegalStateException(
                "a listener to changes is behind by %d nodes".formatted(MAX_PENDING)));
      }
      if (start) {
        start();
      }
    }

    private void start() {
      try {
        threads.execute(this::drain);
      } catch (RejectedExecutionException e) {
        synchronized (this) {
          draining = false;
        }
        warnings.accept("a listener to changes has no thread to be told on", e);
      }
    }

    private void drain() {
      for (NodeId node = next(); node != null; node = next()) {
        try {
          listener.accept(node);
        } catch (RuntimeException | Error e) {
          warnings.accept("node=%s a listener to changes failed".formatted(node), e);
        }
      }
    }

    private synchronized @Nullable NodeId next() {
      Iterator<NodeId> first = pending.iterator();
      if (cancelled || !first.hasNext()) {
        draining = false;
        return null;
      }
      NodeId node = first.next();
      first.remove();
      return node;
    }

    @Override
    public void cancel() {
      synchronized (this) {
        cancelled = true;
        pending.clear();
      }
      subscriptions.remove(this);
    }
  }
}
