package dev.orbit.testkit.resolver;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.resolver.StaticNodeResolver;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A list that the test changes, seen through another resolver. */
final class StaticFixture implements NodeResolverFixture {
  private final SystemEnvironment environment = new SystemEnvironment();
  private final StaticNodeResolver list = new StaticNodeResolver(environment, Map.of());
  private final NodeResolver seen;

  StaticFixture(UnaryOperator<NodeResolver> view) {
    seen = view.apply(list);
  }

  @Override
  public NodeResolver resolver() {
    return seen;
  }

  @Override
  public void register(NodeId node, Endpoint endpoint) {
    list.put(node, endpoint);
  }

  @Override
  public void remove(NodeId node) {
    list.remove(node);
  }

  @Override
  public void close() {
    environment.close();
  }
}
