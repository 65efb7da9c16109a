package dev.orbit.client.internal.gateway;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.Content;
import dev.orbit.transport.LearnedNodes;
import dev.orbit.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which node a client talks to.
 *
 * <p>At the start a member is drawn at random, so that many clients with the same list of endpoints
 * spread over the cluster; it stays until it fails, drains or leaves. A node that failed is not
 * chosen again for {@link #AVOIDANCE} while there are others. The members are asked for again every
 * {@link #REFRESH} and after a failure; when no member answers, the endpoints that the client was
 * given are asked again.
 *
 * <p>Thread-safe.
 */
public final class Gateways implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Gateways.class);

  /**
   * How often the members are asked for while nothing fails: only a change of all of them at once
   * needs it sooner.
   */
  public static final Duration REFRESH = Duration.ofSeconds(10);

  /** How long a node that failed is passed over: about as long as a restart takes. */
  static final Duration AVOIDANCE = Duration.ofSeconds(3);

  /** The least time between two rounds of questions after failures. */
  private static final Duration LEAST_PAUSE = Duration.ofMillis(250);

  private final Environment environment;
  private final Transport transport;
  private final LearnedNodes learned;
  private final List<Endpoint> seeds;

  private final Map<NodeId, Long> failedAtNanos = new HashMap<>();
  private volatile List<NodeId> candidates = List.of();
  private long viewVersion = -1;
  private boolean asking;
  private boolean closed;
  private long nextRoundNanos;
  private @Nullable Cancellable refreshing;
  private volatile @Nullable NodeId current;

  /**
   * Gateways out of a cluster.
   *
   * @param learned the resolver of {@code transport}; what members answer goes in here
   * @param seeds where to ask first, at least one
   */
  public Gateways(
      Environment environment, Transport transport, LearnedNodes learned, List<Endpoint> seeds) {
    this.environment = environment;
    this.transport = transport;
    this.learned = learned;
    this.seeds = List.copyOf(seeds);
    this.nextRoundNanos = environment.nanoTime();
  }

  /**
   * Asks the given endpoints for the members, and chooses one. Blocks until an endpoint answers or
   * all have failed.
   *
   * @throws NotExecutedException with {@code NODE_UNAVAILABLE} if none answers, or {@code
   *     CANCELLED} if the thread is interrupted
   * @throws ProtocolException with {@code WRONG_CLUSTER} if one belongs to another cluster
   */
  public void connect() {
    try {
      round(shuffled(seeds)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotExecutedException(
          ErrorCode.CANCELLED, "interrupted while connecting to " + seeds, e);
    } catch (ExecutionException e) {
      throw connectFailure(unwrap(e));
    }
    synchronized (this) {
      if (!closed) {
        refreshing = environment.scheduleRepeatedly(REFRESH, this::refresh);
      }
    }
  }

  private RuntimeException connectFailure(Throwable failure) {
    return failure instanceof ProtocolException wrong
        ? wrong
        : new NotExecutedException(
            ErrorCode.NODE_UNAVAILABLE,
            "no node of a cluster answers at %s (last: %s); check the addresses and that a node is running"
                .formatted(seeds, failure.getMessage()),
            failure);
  }

  /**
   * The gateway of this moment.
   *
   * @throws NotExecutedException with {@code NODE_UNAVAILABLE} if none is known
   */
  NodeId current() {
    NodeId node = current;
    if (node == null) {
      throw new NotExecutedException(
          ErrorCode.NODE_UNAVAILABLE, "no node of the cluster is known; asked were " + seeds);
    }
    return node;
  }

  /** The members that take calls, by what was heard last. */
  List<NodeId> members() {
    return candidates;
  }

  /**
   * Tells that calls through {@code node} fail. Another becomes the gateway, and the members are
   * asked for.
   */
  void failed(NodeId node, Throwable why) {
    synchronized (this) {
      failedAtNanos.put(node, environment.nanoTime());
      if (node.equals(current)) {
        choose();
        log.warn("gateway failed node={} next={} cause=\"{}\"", node, current, why.getMessage());
      }
    }
    refresh();
  }

  /** Asks for the members, unless somebody does already or did a moment ago. */
  private void refresh() {
    List<Endpoint> asked;
    synchronized (this) {
      long now = environment.nanoTime();
      if (closed || asking || now - nextRoundNanos < 0) {
        return;
      }
      asking = true;
      nextRoundNanos = now + LEAST_PAUSE.toNanos();
      asked = inOrderOfHope();
    }
    var _ =
        round(asked)
            .whenComplete(
                (_, failure) -> {
                  synchronized (this) {
                    asking = false;
                  }
                  if (failure != null) {
                    log.warn(
                        "no member answers asked={} cause=\"{}\"",
                        asked,
                        unwrap(failure).getMessage());
                  }
                });
  }

  private List<Endpoint> inOrderOfHope() {
    Set<Endpoint> order = new LinkedHashSet<>();
    NodeId gateway = current;
    Map<NodeId, Endpoint> known = learned.endpoints();
    Endpoint first = gateway == null ? null : known.get(gateway);
    if (first != null) {
      order.add(first);
    }
    order.addAll(shuffled(List.copyOf(known.values())));
    order.addAll(shuffled(seeds));
    return List.copyOf(order);
  }

  private <T> List<T> shuffled(List<T> list) {
    List<T> copy = new ArrayList<>(list);
    for (int i = copy.size() - 1; i > 0; i--) {
      Collections.swap(copy, i, environment.random().nextInt(i + 1));
    }
    return copy;
  }

  /** Asks one endpoint after the other until one answers. */
  private CompletableFuture<NodeId> round(List<Endpoint> endpoints) {
    Endpoint first = endpoints.getFirst();
    List<Endpoint> rest = endpoints.subList(1, endpoints.size());
    return transport
        .connectionInfo(first)
        .toCompletableFuture()
        .thenApply(
            answer -> {
              learn(first, answer);
              return answer.node();
            })
        .exceptionallyCompose(
            failure ->
                rest.isEmpty() ? CompletableFuture.failedFuture(unwrap(failure)) : round(rest));
  }

  private void learn(Endpoint asked, Content.InfoResponse answer) {
    Set<NodeId> gone;
    synchronized (this) {
      gone = new LinkedHashSet<>(learned.endpoints().keySet());
      learned.learn(asked, answer);
      gone.removeAll(learned.endpoints().keySet());
      failedAtNanos.remove(answer.node());
      if (answer.viewVersion() >= viewVersion) {
        viewVersion = answer.viewVersion();
        candidates =
            answer.members().stream()
                .filter(m -> m.status() == NodeStatus.ACTIVE)
                .map(Member::id)
                .map(id -> id.node())
                .toList();
      }
      if (candidates.isEmpty()) {
        candidates = List.of(answer.node());
      }
      failedAtNanos.keySet().retainAll(candidates);
      NodeId node = current;
      if (node == null || !candidates.contains(node)) {
        choose();
        log.info("gateway chosen node={} members={} view={}", current, candidates, viewVersion);
      }
    }
    gone.forEach(transport::forget);
  }

  /**
   * Draws one of the members that did not fail lately; the one whose failure is longest ago if all
   * did.
   */
  private void choose() {
    long now = environment.nanoTime();
    List<NodeId> hopeful =
        candidates.stream()
            .filter(
                node -> {
                  Long failed = failedAtNanos.get(node);
                  return failed == null || now - failed > AVOIDANCE.toNanos();
                })
            .toList();
    if (!hopeful.isEmpty()) {
      current = hopeful.get(environment.random().nextInt(hopeful.size()));
      return;
    }
    candidates.stream()
        .min((a, b) -> Long.compare(since(a, now), since(b, now)))
        .ifPresent(node -> current = node);
  }

  /** Negated, so that the least is the one that failed first; clocks wrap, differences do not. */
  private long since(NodeId node, long now) {
    return failedAtNanos.getOrDefault(node, now) - now;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (refreshing != null) {
        refreshing.cancel();
      }
    }
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return (failure instanceof CompletionException || failure instanceof ExecutionException)
            && cause != null
        ? unwrap(cause)
        : failure;
  }
}
