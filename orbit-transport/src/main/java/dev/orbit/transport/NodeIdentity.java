package dev.orbit.transport;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.transport.security.TlsConfig;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who a process is towards its peers.
 *
 * @param cluster the name of the cluster, which peers must share; empty on a client that takes
 *     whichever cluster it finds
 * @param node the node; empty for a client
 * @param incarnation which life of the node this is; asked for each connection and each message
 *     without one, because it is known only once the node has joined; 0 until then and on a client;
 *     must not block
 * @param listen where to listen, port 0 for a free one; empty for a client
 * @param tls how it proves itself; empty in a trusted network, where all is sent in the clear
 */
public record NodeIdentity(
    String cluster,
    Optional<NodeId> node,
    LongSupplier incarnation,
    Optional<Endpoint> listen,
    Optional<TlsConfig> tls) {
  public NodeIdentity {
    if (node.isPresent() != listen.isPresent()) {
      throw new IllegalArgumentException("a node listens and has a name, a client does neither");
    }
    if (node.isPresent() && cluster.isEmpty()) {
      throw new IllegalArgumentException(
          "node %s: the name of its cluster is empty".formatted(node.get()));
    }
  }

  /** A node. */
  public static NodeIdentity node(
      String cluster, NodeId node, LongSupplier incarnation, Endpoint listen) {
    return new NodeIdentity(
        cluster, Optional.of(node), incarnation, Optional.of(listen), Optional.empty());
  }

  /** A client of the named cluster; of any where the name is empty. */
  public static NodeIdentity client(String cluster) {
    return new NodeIdentity(cluster, Optional.empty(), () -> 0, Optional.empty(), Optional.empty());
  }

  /** The same, proven by certificates. */
  public NodeIdentity with(Optional<TlsConfig> proof) {
    return new NodeIdentity(cluster, node, incarnation, listen, proof);
  }

  /**
   * Whether an end of the cluster {@code other} may talk to this one. Clients may leave the name
   * open.
   */
  public boolean accepts(String other, boolean otherIsClient) {
    return cluster.equals(other)
        || (otherIsClient && other.isEmpty())
        || (node.isEmpty() && cluster.isEmpty());
  }
}
