package dev.orbit.raft.membership;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.env.Cancellable;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * This node's place in the cluster.
 *
 * <p>Thread-safe.
 */
public interface Membership extends AutoCloseable {
  /**
   * Joins the cluster and begins to renew the lease. Waits, at most {@code bound}, until there is a
   * leader, an earlier life of this node is over, and the join is committed and its view is known
   * here.
   *
   * @param endpoint where this node takes actor traffic
   * @param as {@code ACTIVE}, or {@code JOINING}: then it owns no partition until {@link #announce}
   *     has said that it is {@code ACTIVE}
   * @return the lease of this life
   * @throws dev.orbit.api.error.NotExecutedException if it could not join in time; the message says
   *     what it waited for
   */
  NodeLease join(Endpoint endpoint, NodeCapabilities capabilities, NodeStatus as, Duration bound);

  /** Joins as a node that is ready at once. */
  default NodeLease join(Endpoint endpoint, NodeCapabilities capabilities, Duration bound) {
    return join(endpoint, capabilities, NodeStatus.ACTIVE, bound);
  }

  /** The newest view that was delivered here. */
  ClusterView view();

  /**
   * Calls {@code listener} with the present view and then with every later one: none skipped, none
   * twice, in order, one at a time, on a thread that must not be blocked for long.
   */
  Cancellable onView(Consumer<ClusterView> listener);

  /**
   * Announces what this node does from now on; returns when it is committed, at most after {@code
   * bound}. A voter does not wait for a majority that has been out of reach for a second.
   *
   * @throws dev.orbit.api.error.OrbitException if it is not known to be committed
   */
  void announce(NodeStatus status, Duration bound);

  /**
   * Gives up the lease and leaves the view at once; returns when it is committed, at most after
   * {@code bound}. A voter does not wait for a majority that has been out of reach for a second:
   * nobody can hear it, and its lease is over in any case.
   *
   * @throws dev.orbit.api.error.OrbitException if others may have to wait until the lease has run
   *     out
   */
  void leave(Duration bound);

  /**
   * Stops taking part without a goodbye: others learn of it when the lease has run out. Idempotent.
   */
  @Override
  void close();
}
