package dev.orbit.testkit.resolver;

import dev.orbit.api.address.NodeId;
import dev.orbit.transport.resolver.ChainedNodeResolver;
import java.util.Optional;

class ChainedNodeResolverIT implements NodeResolverContract {
  @Override
  public NodeResolverFixture fixture() {
    return new StaticFixture(
        list -> ChainedNodeResolver.of((NodeId node) -> Optional.empty(), list));
  }
}
