package dev.orbit.api.cluster;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import java.util.Optional;

/**
 * Tells where nodes listen. Users bring their own for etcd, DNS, Kubernetes and the like.
 *
 * <p>Methods are called on virtual threads, may block, and may be called by several threads at once. What they throw is
 * logged, counts as "not known", and is asked again with backoff.
 */
public interface NodeResolver {
  /** Where {@code node} takes actor traffic at present; empty when that is not known. */
  Optional<Endpoint> resolveNode(NodeId node);

  /**
   * The node that hosts {@code reference}, where the resolver knows better than the cluster's own placement; empty, as
   * by default, leaves the choice to the cluster.
   */
  default Optional<NodeId> resolveAddressable(AddressableReference reference) {
    return Optional.empty();
  }
}
