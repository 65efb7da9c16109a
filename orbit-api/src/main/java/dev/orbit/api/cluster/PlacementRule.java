package dev.orbit.api.cluster;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * How the actors of one type find their nodes. It travels with the capabilities of the nodes that
 * host the type, so that all members of a view place them in the same way; where nodes of one view
 * say different things, the one that joined last is right.
 *
 * <p>Tags narrow the choice before the strategy is asked: a node without one of {@code requires}
 * never hosts the type, and as long as some node has all of {@code prefers}, only such nodes do.
 *
 * @param strategy one of the constants here, or the name of a strategy of the application; 1 to 100
 *     letters, digits, {@code .}, {@code _} or {@code -}
 * @param workersPerNode for {@link #STATELESS}: how many activations of one address a node runs at
 *     once, 1 to 1,024; else 0
 * @param requires tags that a node must have
 * @param prefers tags that a node should have
 */
public record PlacementRule(
    String strategy,
    int workersPerNode,
    Map<String, String> requires,
    Map<String, String> prefers) {
  /** The owner of the actor's partition: computed by every node, nothing to look up. */
  public static final String HASH = "hash";

  /** Any node. */
  public static final String RANDOM = "random";

  /** The node of the first caller, if it hosts the type; else as {@link #HASH}. */
  public static final String PREFER_LOCAL = "prefer-local";

  /** The less loaded of two nodes drawn at random. */
  public static final String POWER_OF_TWO = "power-of-two";

  /**
   * On every node, several at once: calls run where they are made, by any of a few activations that
   * know nothing of each other.
   */
  public static final String STATELESS = "stateless";

  /** The most activations of one stateless address on one node. */
  public static final int MAX_WORKERS = 1_024;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  /** {@link #HASH}, on any node. */
  public static final PlacementRule DEFAULT = new PlacementRule(HASH, 0, Map.of(), Map.of());

  public PlacementRule {
    requires = Map.copyOf(requires);
    prefers = Map.copyOf(prefers);
    if (!NAME.matcher(strategy).matches()) {
      throw new IllegalArgumentException(
          "strategy is '%s'; allowed are 1 to 100 letters, digits, '.', '_' or '-'"
              .formatted(strategy));
    }
    int least = strategy.equals(STATELESS) ? 1 : 0;
    int most = strategy.equals(STATELESS) ? MAX_WORKERS : 0;
    if (workersPerNode < least || workersPerNode > most) {
      throw new IllegalArgumentException(
          "workersPerNode is %d; with strategy '%s' allowed is %d to %d"
              .formatted(workersPerNode, strategy, least, most));
    }
  }

  /** A strategy by its name, on any node. */
  public static PlacementRule by(String strategy) {
    return new PlacementRule(strategy, 0, Map.of(), Map.of());
  }

  /** {@link #STATELESS} with so many activations of an address on each node. */
  public static PlacementRule stateless(int workersPerNode) {
    return new PlacementRule(STATELESS, workersPerNode, Map.of(), Map.of());
  }

  /** The same, on nodes that have these tags and no others. */
  public PlacementRule requiring(Map<String, String> tags) {
    return new PlacementRule(strategy, workersPerNode, tags, prefers);
  }

  /** The same, on nodes that have these tags as long as there is one. */
  public PlacementRule preferring(Map<String, String> tags) {
    return new PlacementRule(strategy, workersPerNode, requires, tags);
  }

  /** Whether there are many activations of an address, with no state and no single host. */
  public boolean isStateless() {
    return strategy.equals(STATELESS);
  }

  /** Whether the host follows from the view alone. */
  public boolean isComputed() {
    return strategy.equals(HASH);
  }
}
