package dev.orbit.transport.resolver;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks several resolvers in turn; the first that knows an answer gives it. One that throws is
 * passed over, as long as a later one knows.
 *
 * <p>A change that any of them tells is passed on, even where an earlier one hides it. The
 * resolvers are not closed with the chain, because others may use them. Thread-safe if they are;
 * holds nothing but them.
 */
public final class ChainedNodeResolver implements NodeResolver {
  private static final Logger log = LoggerFactory.getLogger(ChainedNodeResolver.class);

  private final List<NodeResolver> resolvers;

  /**
   * A chain.
   *
   * @param resolvers in the order in which they are asked; at least one
   * @throws IllegalArgumentException if there is none
   */
  public ChainedNodeResolver(List<? extends NodeResolver> resolvers) {
    if (resolvers.isEmpty()) {
      throw new IllegalArgumentException("a chain needs at least one resolver");
    }
    this.resolvers = List.copyOf(resolvers);
  }

  /** As the constructor. */
  public static ChainedNodeResolver of(NodeResolver... resolvers) {
    return new ChainedNodeResolver(List.of(resolvers));
  }

  /**
   * {@inheritDoc}
   *
   * @throws RuntimeException what the first resolver that failed threw, if none knows the node
   */
  @Override
  public Optional<Endpoint> resolveNode(NodeId node) {
    return first("node", node, resolver -> resolver.resolveNode(node));
  }

  /**
   * {@inheritDoc}
   *
   * @throws RuntimeException what the first resolver that failed threw, if none knows better
   */
  @Override
  public Optional<NodeId> resolveAddressable(AddressableReference reference) {
    return first("actor", reference, resolver -> resolver.resolveAddressable(reference));
  }

  private <T> Optional<T> first(
      String kind, Object asked, Function<NodeResolver, Optional<T>> question) {
    RuntimeException failure = null;
    for (NodeResolver resolver : resolvers) {
      try {
        Optional<T> answer = question.apply(resolver);
        if (answer.isPresent()) {
          return answer;
        }
      } catch (RuntimeException e) {
        log.debug(
            "resolver={} kind={} asked={} failed, the next one is asked", resolver, kind, asked, e);
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return Optional.empty();
  }

  @Override
  public Cancellable onChange(Consumer<NodeId> listener) {
    OneAtATime told = new OneAtATime(listener);
    try {
      for (NodeResolver resolver : resolvers) {
        told.subscriptions.add(resolver.onChange(told));
      }
    } catch (RuntimeException e) {
      told.cancel();
      throw e;
    }
    return told;
  }

  @Override
  public String toString() {
    return "ChainedNodeResolver" + resolvers;
  }

  /** Keeps apart the calls that several resolvers make. */
  private static final class OneAtATime implements Consumer<NodeId>, Cancellable {
    private final Consumer<NodeId> listener;
    private final List<Cancellable> subscriptions = new ArrayList<>();
    private final ReentrantLock turn = new ReentrantLock();
    private volatile boolean cancelled;

    OneAtATime(Consumer<NodeId> listener) {
      this.listener = listener;
    }

    @Override
    public void accept(NodeId node) {
      turn.lock();
      try {
        if (!cancelled) {
          listener.accept(node);
        }
      } finally {
        turn.unlock();
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      subscriptions.forEach(Cancellable::cancel);
    }
  }
}
