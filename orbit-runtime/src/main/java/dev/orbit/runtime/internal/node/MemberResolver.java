package dev.orbit.runtime.internal.node;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import dev.orbit.runtime.internal.life.Lives;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the transport of a node finds others: where the user's resolver says, and where that says
 * nothing, where they say themselves by the newest view.
 */
record MemberResolver(NodeResolver users, Lives lives) implements NodeResolver {
  @Override
  public Optional<Endpoint> resolveNode(NodeId node) {
    return users.resolveNode(node).or(() -> lives.newest().member(node).map(Member::endpoint));
  }

  @Override
  public Cancellable onChange(Consumer<NodeId> listener) {
    return users.onChange(listener);
  }
}
