package dev.orbit.raft.internal.cluster;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;

/** What can be done to the replicated state. */
public sealed interface ClusterCommand {
  /**
   * Begins a new life of a node.
   *
   * @param settings what the node believes to be the cluster's settings; the first to join decides
   *     them
   * @param as {@code ACTIVE}, or {@code JOINING} for a node that is to own nothing yet
   */
  record Join(
      NodeId node,
      Endpoint endpoint,
      NodeCapabilities capabilities,
      ClusterSettings settings,
      NodeStatus as)
      implements ClusterCommand {
    public Join {
      if (as != NodeStatus.ACTIVE && as != NodeStatus.JOINING) {
        throw new IllegalArgumentException(
            "as is %s; a node joins as ACTIVE or as JOINING".formatted(as));
      }
    }

    /** Of a node that is ready at once. */
    public Join(
        NodeId node, Endpoint endpoint, NodeCapabilities capabilities, ClusterSettings settings) {
      this(node, endpoint, capabilities, settings, NodeStatus.ACTIVE);
    }
  }

  /** The member is still there. */
  record Renew(MemberId member) implements ClusterCommand {}

  /** The member has another status from now on. */
  record Announce(MemberId member, NodeStatus status) implements ClusterCommand {}

  /** The member goes by itself. */
  record Leave(MemberId member) implements ClusterCommand {}

  /**
   * The member is dead.
   *
   * @param lastRenewal the index of the renewal from which the leader counted
   */
  record Expire(MemberId member, long lastRenewal) implements ClusterCommand {}

  /** Nothing changes; when it is applied, so is all before it. */
  record Barrier() implements ClusterCommand {}
}
