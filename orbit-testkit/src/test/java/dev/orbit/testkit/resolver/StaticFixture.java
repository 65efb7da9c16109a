package dev.orbit.testkit.resolver;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.resolver.StaticNodeResolver;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** A list of nodes, and one of actors, that the test changes, seen through another resolver. */
final class StaticFixture implements NodeResolverFixture {
  private final SystemEnvironment environment = new SystemEnvironment();
  private final StaticNodeResolver list = new StaticNodeResolver(environment, Map.of());
  private final Optional<Places> places;
  private final NodeResolver seen;

  /** Knows where actors live, and nothing of nodes. */
  private static final class Places implements NodeResolver {
    final Map<AddressableReference, NodeId> nodes = new ConcurrentHashMap<>();

    @Override
    public Optional<Endpoint> resolveNode(NodeId node) {
      return Optional.empty();
    }

    @Override
    public Optional<NodeId> resolveAddressable(AddressableReference reference) {
      return Optional.ofNullable(nodes.get(reference));
    }
  }

  StaticFixture(UnaryOperator<NodeResolver> view) {
    places = Optional.empty();
    seen = view.apply(list);
  }

  /** Seen through what is made of a resolver that knows actors, and of the list of nodes. */
  StaticFixture(BinaryOperator<NodeResolver> view) {
    Places actors = new Places();
    places = Optional.of(actors);
    seen = view.apply(actors, list);
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
  public boolean place(AddressableReference actor, NodeId node) {
    places.ifPresent(actors -> actors.nodes.put(actor, node));
    return places.isPresent();
  }

  @Override
  public void close() {
    environment.close();
  }
}
