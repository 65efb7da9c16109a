package dev.orbit.testkit.resolver;

class StaticNodeResolverIT implements NodeResolverContract {
  @Override
  public NodeResolverFixture fixture() {
    return new StaticFixture(list -> list);
  }
}
