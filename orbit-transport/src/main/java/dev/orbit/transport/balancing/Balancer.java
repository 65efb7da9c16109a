package dev.orbit.transport.balancing;

import dev.orbit.api.address.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * Chooses among nodes by what it has seen of them, and passes over those that fail.
 *
 * <p>A node that fails {@value #MOST_FAILURES} calls in a row by its own fault is <em>ejected</em>:
 * passed over for {@link #LEAST_EJECTION}, and twice as long each time it fails on after that, up
 * to {@link #MOST_EJECTION}. Then it takes calls again like the others, and its first success makes
 * it one of them. Never is more than half of the nodes passed over for that.
 */
public final class Balancer {
  /** Fewer would eject a node for what a moment did. */
  static final int MOST_FAILURES = 5;

  /** About as long as a restart takes. */
  static final Duration LEAST_EJECTION = Duration.ofSeconds(3);

  static final Duration MOST_EJECTION = Duration.ofSeconds(60);

  /** Among so many all are looked at; of more, two. */
  private static final int MOST_LOOKED_AT = 8;

  /**
   * The slowest node still gets this part of what the fastest gets, and can show that it is well.
   */
  private static final double LEAST_WEIGHT = 0.05;

  /** More than a cluster has nodes. Beyond it those that have nothing to do are forgotten. */
  private static final int MOST_NODES = 10_000;

  private final Balancing how;
  private final RandomGenerator random;
  private final Map<NodeId, Load> loads = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final LongAdder ejections = new LongAdder();

  /** A balancer that has seen nothing. */
  public Balancer(Balancing how, RandomGenerator random) {
    this.how = how;
    this.random = random;
  }

  /** How it chooses. */
  public Balancing balancing() {
    return how;
  }

  /**
   * Chooses one.
   *
   * @param nodes those that could take the call
   * @param nowNanos by a monotonic clock, as everywhere here
   * @return empty only if there are no nodes
   */
  public Optional<NodeId> pick(List<NodeId> nodes, long nowNanos) {
    if (nodes.size() <= 1) {
      return nodes.stream().findFirst();
    }
    List<NodeId> well = well(nodes, nowNanos);
    return Optional.of(
        switch (how) {
          case RANDOM -> well.get(random.nextInt(well.size()));
          case ROUND_ROBIN -> well.get(Math.floorMod(turn.getAndIncrement(), well.size()));
          case WEIGHTED -> weighted(well);
          case LEAST_REQUESTS -> leastRequests(well);
        });
  }

  /** Those that are not ejected; where that is less than half, those whose ejection ends first. */
  private List<NodeId> well(List<NodeId> nodes, long now) {
    List<NodeId> ejected = new ArrayList<>();
    for (NodeId node : nodes) {
      Load load = loads.get(node);
      if (load != null && load.ejectedNanos(now) > 0) {
        ejected.add(node);
      }
    }
    if (ejected.isEmpty()) {
      return nodes;
    }
    int most = nodes.size() / 2;
    if (ejected.size() > most) {
      ejected.sort((a, b) -> Long.compare(load(b).ejectedNanos(now), load(a).ejectedNanos(now)));
      ejected = ejected.subList(0, most);
    }
    List<NodeId> well = new ArrayList<>(nodes);
    well.removeAll(ejected);
    return well;
  }

  private NodeId weighted(List<NodeId> nodes) {
    double[] weights = new double[nodes.size()];
    double best = 0;
    for (int i = 0; i < weights.length; i++) {
      long latency = load(nodes.get(i)).latencyNanos();
      weights[i] = latency == 0 ? 0 : 1.0 / latency;
      best = Math.max(best, weights[i]);
    }
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      // One that has not answered yet is tried like the best.
      weights[i] =
          best == 0 ? 1 : weights[i] == 0 ? best : Math.max(weights[i], best * LEAST_WEIGHT);
      sum += weights[i];
    }
    double drawn = random.nextDouble() * sum;
    for (int i = 0; i < weights.length; i++) {
      drawn -= weights[i];
      if (drawn < 0) {
        return nodes.get(i);
      }
    }
    return nodes.getLast();
  }

  private NodeId leastRequests(List<NodeId> nodes) {
    if (nodes.size() > MOST_LOOKED_AT) {
      int first = random.nextInt(nodes.size());
      int second = (first + 1 + random.nextInt(nodes.size() - 1)) % nodes.size();
      return fewer(nodes.get(first), nodes.get(second));
    }
    // Beginning anywhere, so that of equals none is first all the time.
    int start = random.nextInt(nodes.size());
    NodeId least = nodes.get(start);
    for (int i = 1; i < nodes.size(); i++) {
      least = fewer(least, nodes.get((start + i) % nodes.size()));
    }
    return least;
  }

  private NodeId fewer(NodeId a, NodeId b) {
    return load(b).unanswered() < load(a).unanswered() ? b : a;
  }

  private Load load(NodeId node) {
    Load known = loads.get(node);
    if (known != null) {
      return known;
    }
    if (loads.size() >= MOST_NODES) {
      loads.values().removeIf(load -> load.unanswered() == 0);
    }
    return loads.computeIfAbsent(node, _ -> new Load());
  }

  /** A call goes to that node now. */
  public Call begin(NodeId node, long nowNanos) {
    Load load = load(node);
    load.began();
    return new Call(load, nowNanos);
  }

  /** How many times a node was ejected. */
  public long ejections() {
    return ejections.sum();
  }

  /** Whether that node is passed over, as far as half of the others are not. */
  public boolean isEjected(NodeId node, long nowNanos) {
    Load load = loads.get(node);
    return load != null && load.ejectedNanos(nowNanos) > 0;
  }

  /** One call to one node. Exactly one of its ends is told. */
  public final class Call {
    private final Load load;
    private final long began;

    private Call(Load load, long began) {
      this.load = load;
      this.began = began;
    }

    /** The node has answered, with whatever its actor said. */
    public void answered(long nowNanos) {
      load.answered(Math.max(0, nowNanos - began));
    }

    /** The node could not be reached, was lost, or did not answer in time. */
    public void failed(long nowNanos) {
      if (load.failed(nowNanos)) {
        ejections.increment();
      }
    }

    /** It ended for a reason that says nothing of the node: it was called off, say. */
    public void ended() {
      load.ended();
    }
  }
}
