package dev.orbit.api.cluster;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells where nodes listen. Users bring their own for etcd, DNS, Kubernetes and the like.
 *
 * <p>{@link #resolveNode} and {@link #resolveAddressable} are called on virtual threads, may block,
 * and may be called by several threads at once. They should end within a few seconds, because a
 * connection attempt waits for them. What they throw is logged, counts as "not known", and is asked
 * again with backoff.
 *
 * <p>The answers count whether or not anybody listens to changes: a node is asked for at every
 * attempt to connect to it. Changes that are told as they happen only make the cluster follow
 * sooner.
 */
public interface NodeResolver {
  /**
   * Where {@code node} takes actor traffic at present; empty when that is not known, as for a node
   * of another cluster or a name that this resolver cannot hold. The port is never 0.
   */
  Optional<Endpoint> resolveNode(NodeId node);

  /**
   * The node that is to host {@code reference}, where the resolver knows better than the cluster's
   * own placement; empty, as by default, leaves the choice to the cluster.
   *
   * <p>Nodes ask, when an actor is called that is active nowhere: give all nodes of a cluster the
   * same resolver. Its calls wait for the answer, for five seconds at most. The answer is taken if
   * that node is an active member, hosts the type and has the tags that the type requires or
   * prefers; otherwise the cluster chooses. It moves no actor that is active, and may be kept for
   * ten seconds.
   */
  default Optional<NodeId> resolveAddressable(AddressableReference reference) {
    return Optional.empty();
  }

  /**
   * Tells {@code listener} of nodes whose answer from {@link #resolveNode} changed, or may have:
   * nodes that became known, moved, or are no longer known. Only changes of nodes that were asked
   * for before are sure to be told; a resolver that cannot notice changes tells none, as by
   * default.
   *
   * <p>Threads: the listener is called on threads of the resolver, never on the one that calls this
   * method, and no lock of the resolver is held, so that it may call any of its methods. It should
   * return soon: while it runs, no other call of the same listener begins. Other listeners do not
   * wait for it. What it throws is logged and takes nothing away from later calls or from others.
   *
   * <p>Order: calls of one listener never overlap. When it is called for a node, {@link
   * #resolveNode} already answers at least as new as the change. Several changes of one node can be
   * told by one call, and calls for different nodes come in any order. What changed before this
   * method returned may go untold.
   *
   * <p>Bounds: a resolver takes a bounded number of listeners, at least 100, and holds a bounded
   * number of changes back for a slow one; what exceeds that is dropped with a warning in the log.
   *
   * @return takes the listener away: a call that had begun ends, none begins after. Calling it more
   *     than once does nothing
   * @throws IllegalStateException if the resolver has as many listeners as it takes
   */
  default Cancellable onChange(Consumer<NodeId> listener) {
    return () -> {};
  }
}
