package dev.orbit.runtime.internal.node;

import dev.orbit.api.Actors;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.runtime.internal.config.NodeSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A node from start to close. */
public interface NodeProcess extends AutoCloseable {
  /** Starts a node and waits until it is in the cluster. */
  @SuppressWarnings("DoNotCallSuggester")
  static NodeProcess start(NodeSettings settings, NodeParts parts) {
    throw new ConfigurationException(
        ErrorCode.BAD_CONFIGURATION,
        "this build has no hosting: " + settings.node() + parts.actors());
  }

  Actors actors();

  NodeId id();

  Endpoint endpoint();

  Optional<Endpoint> raftEndpoint();

  ClusterView view();

  NodeLease lease();

  boolean isReady();

  boolean awaitReady(Duration bound);

  Observation observe();

  @Override
  void close();

  void kill();

  /** What can be seen of the node at one moment. */
  record Observation(
      NodeLease lease,
      NodeStatus status,
      ClusterView view,
      int partitionsOwned,
      int partitionsServed,
      Map<String, Integer> activations,
      Optional<String> raftLeader) {}
}
