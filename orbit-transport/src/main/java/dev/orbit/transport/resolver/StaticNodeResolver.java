package dev.orbit.transport.resolver;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeChangeListeners;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list of nodes that changes only when the program changes it.
 *
 * <p>Thread-safe; no method blocks.
 */
public final class StaticNodeResolver implements NodeResolver {
  /** The most nodes of the list. */
  public static final int MAX_NODES = NodeList.MAX_NODES;

  private static final Logger log = LoggerFactory.getLogger(StaticNodeResolver.class);

  private final NodeChangeListeners listeners;
  private volatile Map<NodeId, Endpoint> nodes = Map.of();

  /**
   * A resolver that knows {@code nodes}.
   *
   * @throws IllegalArgumentException if there are more than {@value #MAX_NODES}, or one has port 0
   */
  public StaticNodeResolver(Environment environment, Map<NodeId, Endpoint> nodes) {
    this.listeners = new NodeChangeListeners(environment.virtualThreads(), log::warn);
    replaceAll(nodes);
  }

  /**
   * A resolver that knows the nodes of a text, as {@link #parse}.
   *
   * @throws ConfigurationException as {@link #parse}
   */
  public static StaticNodeResolver of(Environment environment, String cluster, String text) {
    return new StaticNodeResolver(environment, parse(cluster, text));
  }

  /**
   * Reads {@code name=host:port,name=host:port}. White space around names and endpoints and empty
   * entries mean nothing; an IPv6 address stands in brackets.
   *
   * @param cluster the cluster that the nodes belong to
   * @throws ConfigurationException with {@code BAD_CONFIGURATION} and the entry if one has another
   *     form, port 0, or a name that an earlier one has, or if there are more than {@value
   *     #MAX_NODES}
   */
  public static Map<NodeId, Endpoint> parse(String cluster, String text) {
    NodeList list = new NodeList(cluster);
    int number = 0;
    for (String entry : text.split(",", -1)) {
      number++;
      if (entry.isBlank()) {
        continue;
      }
      try {
        list.add("node list, entry " + number, entry.strip());
      } catch (NodeList.BadEntryException e) {
        throw new ConfigurationException(ErrorCode.BAD_CONFIGURATION, messageOf(e), e);
      }
    }
    return list.nodes();
  }

  private static String messageOf(NodeList.BadEntryException e) {
    return String.valueOf(e.getMessage());
  }

  /** The nodes that are known at present. */
  public Map<NodeId, Endpoint> nodes() {
    return nodes;
  }

  /**
   * Makes a node known, or known at another endpoint.
   *
   * @throws IllegalArgumentException if the port is 0, or there are {@value #MAX_NODES} others
   */
  public void put(NodeId node, Endpoint endpoint) {
    change(known -> known.put(node, endpoint));
  }

  /** Makes a node unknown; does nothing if it is. */
  public void remove(NodeId node) {
    change(known -> known.remove(node));
  }

  /**
   * Replaces the whole list at once.
   *
   * @throws IllegalArgumentException if there are more than {@value #MAX_NODES}, or one has port 0
   */
  public void replaceAll(Map<NodeId, Endpoint> replacement) {
    change(
        known -> {
          known.clear();
          known.putAll(replacement);
        });
  }

  private void change(Consumer<Map<NodeId, Endpoint>> edit) {
    Set<NodeId> changed;
    synchronized (this) {
      Map<NodeId, Endpoint> edited = new HashMap<>(nodes);
      edit.accept(edited);
      check(edited);
      changed = NodeList.changes(nodes, edited);
      nodes = Map.copyOf(edited);
    }
    listeners.tell(changed);
  }

  private static void check(Map<NodeId, Endpoint> nodes) {
    if (nodes.size() > MAX_NODES) {
      throw new IllegalArgumentException(
          "%d nodes; the most is %d".formatted(nodes.size(), MAX_NODES));
    }
    nodes.forEach(
        (node, endpoint) -> {
          if (endpoint.port() == 0) {
            throw new IllegalArgumentException(
                "node %s has port 0, which nobody can connect to".formatted(node));
          }
        });
  }

  @Override
  public Optional<Endpoint> resolveNode(NodeId node) {
    return Optional.ofNullable(nodes.get(node));
  }

  @Override
  public Cancellable onChange(Consumer<NodeId> listener) {
    return listeners.add(listener);
  }

  @Override
  public String toString() {
    return "StaticNodeResolver[%d nodes]".formatted(nodes.size());
  }
}
