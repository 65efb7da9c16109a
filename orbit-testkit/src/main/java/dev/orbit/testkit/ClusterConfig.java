package dev.orbit.testkit;

import dev.orbit.runtime.OrbitNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What a test cluster is made of.
 *
 * @param nodes how many nodes to start, 1 to {@value #MAX_NODES}
 * @param voters how many of them vote: 1, 3 or 5, and no more than there are nodes
 * @param actors the actor classes that every node hosts
 * @param leaseDuration for how long a node may be silent before others take over; what a node
 *     allows is checked there
 * @param store where state is kept
 * @param customizer is given the name and the builder of every node before it starts, to set what
 *     is not named here
 */
public record ClusterConfig(
    int nodes,
    int voters,
    List<Class<?>> actors,
    Duration leaseDuration,
    StoreKind store,
    BiConsumer<String, OrbitNode.Builder> customizer) {
  /** The most nodes to begin with: links grow with their square. */
  public static final int MAX_NODES = 16;

  /**
   * Short, because most tests of faults wait for it to pass; long enough for a busy build machine.
   */
  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(2);

  public ClusterConfig {
    actors = List.copyOf(actors);
    if (nodes < 1 || nodes > MAX_NODES) {
      throw new IllegalArgumentException(
          "nodes is %d; allowed are 1 to %d".formatted(nodes, MAX_NODES));
    }
    if ((voters != 1 && voters != 3 && voters != 5) || voters > nodes) {
      throw new IllegalArgumentException(
          "voters is %d; allowed are 1, 3 or 5, and no more than the %d nodes"
              .formatted(voters, nodes));
    }
  }

  /** A cluster of three nodes with nothing to host. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects what a cluster is made of; to be used by one thread. */
  public static final class Builder {
    private int nodes = 3;
    private int voters;
    private final List<Class<?>> actors = new ArrayList<>();
    private Duration leaseDuration = DEFAULT_LEASE;
    private StoreKind store = StoreKind.MEMORY;
    private BiConsumer<String, OrbitNode.Builder> customizer = (name, node) -> {};

    private Builder() {}

    /** How many nodes to start; 3 by default. */
    public Builder nodes(int count) {
      nodes = count;
      return this;
    }

    /**
     * How many of them vote; 0, the default, takes three where there are as many nodes, else one.
     */
    public Builder voters(int count) {
      voters = count;
      return this;
    }

    /** The actor classes that every node hosts. Each call adds to the earlier ones. */
    public Builder actors(Class<?>... classes) {
      actors.addAll(List.of(classes));
      return this;
    }

    /** For how long a node may be silent before others take over; 2 s by default. */
    public Builder leaseDuration(Duration duration) {
      leaseDuration = duration;
      return this;
    }

    /** Where state is kept; in memory by default. */
    public Builder store(StoreKind kind) {
      store = kind;
      return this;
    }

    /** Is given the name and the builder of every node before it starts. */
    public Builder customizer(BiConsumer<String, OrbitNode.Builder> more) {
      customizer = more;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException if a number is out of its range
     */
    public ClusterConfig build() {
      int voting = voters != 0 ? voters : nodes >= 3 ? 3 : 1;
      return new ClusterConfig(nodes, voting, actors, leaseDuration, store, customizer);
    }

    /** Starts such a cluster, as {@link Cluster#start(ClusterConfig)}. */
    public Cluster start() {
      return Cluster.start(build());
    }
  }
}
