package dev.orbit.testkit.resolver;

import dev.orbit.transport.resolver.ChainedNodeResolver;

class ChainedNodeResolverIT implements NodeResolverContract {
  @Override
  public NodeResolverFixture fixture() {
    return new StaticFixture((actors, nodes) -> ChainedNodeResolver.of(actors, nodes));
  }
}
