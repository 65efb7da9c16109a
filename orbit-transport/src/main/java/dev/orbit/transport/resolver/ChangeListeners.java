package dev.orbit.transport.resolver;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of one resolver, told as {@link dev.orbit.api.cluster.NodeResolver#onChange} says.
 *
 * <p>Each listener has a set of nodes it is yet to be told of, and at most one virtual thread that
 * empties it: this is what keeps its calls apart, merges changes of one node, and lets a slow
 * listener delay nobody else. Thread-safe.
 */
final class ChangeListeners {
  /** The most listeners of one resolver: a handful is usual, so that more is a leak. */
  static final int MAX_LISTENERS = 1_000;

  /** The most changes held back for a slow listener: all nodes of a full list gone, and all new. */
  static final int MAX_PENDING = 2 * NodeList.MAX_NODES;

  private static final Logger log = LoggerFactory.getLogger(ChangeListeners.class);

  private final Environment environment;
  private final String source;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  /**
   * No listeners yet.
   *
   * @param source what the log calls the resolver
   */
  ChangeListeners(Environment environment, String source) {
    this.environment = environment;
    this.source = source;
  }

  synchronized Cancellable add(Consumer<NodeId> listener) {
    if (subscriptions.size() >= MAX_LISTENERS) {
      throw new IllegalStateException(
          "%s has %d listeners, and that is the most; cancel those no longer needed"
              .formatted(source, MAX_LISTENERS));
    }
    Subscription subscription = new Subscription(listener);
    subscriptions.add(subscription);
    return subscription;
  }

  boolean isEmpty() {
    return subscriptions.isEmpty();
  }

  /** Tells every listener of the nodes, after what they were not told yet. */
  void tell(Collection<NodeId> nodes) {
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
      synchronized (this) {
        int dropped = 0;
        for (NodeId node : nodes) {
          if (pending.size() < MAX_PENDING) {
            pending.add(node);
          } else if (!pending.contains(node)) {
            dropped++;
          }
        }
        if (dropped > 0) {
          log.warn(
              "resolver={} dropped={} a listener to changes is too slow; it is not told of these",
              source,
              dropped);
        }
        if (draining || cancelled) {
          return;
        }
        draining = true;
      }
      environment.virtualThreads().execute(this::drain);
    }

    private void drain() {
      for (NodeId node = next(); node != null; node = next()) {
        try {
          listener.accept(node);
        } catch (RuntimeException e) {
          log.warn("resolver={} node={} a listener to changes failed", source, node, e);
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
