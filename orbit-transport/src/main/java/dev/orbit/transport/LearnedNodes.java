package dev.orbit.transport;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.proto.Content;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where nodes listen, as other nodes told. A client begins with endpoints, asks them by {@link
 * Transport#connectionInfo}, and puts the answers in here.
 *
 * <p>Holds the members of the latest view it was told, and the node that told it. Thread-safe.
 */
public final class LearnedNodes implements NodeResolver {
  private volatile Known known = new Known(-1, Map.of());

  private record Known(long viewVersion, Map<NodeId, Endpoint> endpoints) {}

  /**
   * Takes in an answer. One of an older view than what is known adds the node that gave it and
   * nothing else.
   *
   * @param asked the endpoint that gave the answer: it counts for the answering node, whatever the
   *     node says about itself, because it is known to work from here
   */
  public synchronized void learn(Endpoint asked, Content.InfoResponse answer) {
    Map<NodeId, Endpoint> endpoints = new HashMap<>();
    long version = known.viewVersion;
    if (answer.viewVersion() >= version) {
      version = answer.viewVersion();
      for (Member member : answer.members()) {
        endpoints.put(member.id().node(), member.endpoint());
      }
    } else {
      endpoints.putAll(known.endpoints);
    }
    endpoints.put(answer.node(), asked);
    known = new Known(version, Map.copyOf(endpoints));
  }

  /** The nodes that are known at present. */
  public Map<NodeId, Endpoint> endpoints() {
    return known.endpoints;
  }

  @Override
  public Optional<Endpoint> resolveNode(NodeId node) {
    return Optional.ofNullable(known.endpoints.get(node));
  }
}
