package dev.orbit.transport.resolver;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Nodes and where they listen, as text and compared. */
final class NodeList {
  /** The most nodes of one list: ten times what a cluster is built for. */
  static final int MAX_NODES = 10_000;

  private final String cluster;
  private final Map<NodeId, Endpoint> nodes = new LinkedHashMap<>();

  /** An empty list of nodes of {@code cluster}. */
  NodeList(String cluster) {
    this.cluster = cluster;
  }

  /**
   * Takes in {@code name=host:port}.
   *
   * @param where how a message calls the place of the entry
   * @throws BadEntryException if the entry has another form, or names a node a second time
   */
  void add(String where, String entry) throws BadEntryException {
    int equals = entry.indexOf('=');
    if (equals < 0) {
      throw bad(where, entry, "has no '='", null);
    }
    NodeId node;
    Endpoint endpoint;
    try {
      node = new NodeId(entry.substring(0, equals).strip(), cluster);
      endpoint = Endpoint.parse(entry.substring(equals + 1).strip());
    } catch (IllegalArgumentException e) {
      throw bad(where, entry, "cannot be read (" + e.getMessage() + ")", e);
    }
    if (endpoint.port() == 0) {
      throw bad(where, entry, "has port 0, which nobody can connect to", null);
    }
    if (nodes.containsKey(node)) {
      throw bad(where, entry, "names '" + node.key() + "' a second time", null);
    }
    if (nodes.size() == MAX_NODES) {
      throw bad(where, entry, "is one more than the " + MAX_NODES + " nodes allowed", null);
    }
    nodes.put(node, endpoint);
  }

  private static BadEntryException bad(
      String where, String entry, String problem, @Nullable Throwable cause) {
    String shown = entry.length() > 200 ? entry.substring(0, 200) + "..." : entry;
    return new BadEntryException(
        "%s: '%s' %s; expected name=host:port".formatted(where, shown, problem), cause);
  }

  /** What was taken in so far. */
  Map<NodeId, Endpoint> nodes() {
    return Map.copyOf(nodes);
  }

  /** The nodes that are in one of the lists only, or at another endpoint. */
  static Set<NodeId> changes(Map<NodeId, Endpoint> before, Map<NodeId, Endpoint> after) {
    Set<NodeId> changed = new LinkedHashSet<>();
    before.forEach(
        (node, endpoint) -> {
          if (!endpoint.equals(after.get(node))) {
            changed.add(node);
          }
        });
    after.keySet().stream().filter(node -> !before.containsKey(node)).forEach(changed::add);
    return changed;
  }

  /** A list that cannot be read; the message says where and why. */
  static final class BadEntryException extends Exception {
    private static final long serialVersionUID = 1L;

    BadEntryException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
