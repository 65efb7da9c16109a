package dev.orbit.api.address;

/**
 * The name of a node, stable over restarts.
 *
 * @param key unique within the namespace, 1 to {@value #MAX_LENGTH} characters
 * @param namespace the cluster that the node belongs to, 1 to {@value #MAX_LENGTH} characters
 */
public record NodeId(String key, String namespace) implements Comparable<NodeId> {
  /** The longest key or namespace, in characters. */
  public static final int MAX_LENGTH = 100;

  public NodeId {
    check("key", key);
    check("namespace", namespace);
  }

  private static void check(String field, String value) {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "node id: %s has %d characters; allowed are 1 to %d"
              .formatted(field, value.length(), MAX_LENGTH));
    }
  }

  @Override
  public int compareTo(NodeId other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : key.compareTo(other.key);
  }

  /** The form used in messages and logs, {@code namespace/key}. */
  @Override
  public String toString() {
    return namespace + "/" + key;
  }
}
