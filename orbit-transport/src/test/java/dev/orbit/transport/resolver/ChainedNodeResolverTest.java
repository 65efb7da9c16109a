package dev.orbit.transport.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainedNodeResolverTest {
  private static final NodeId A = new NodeId("a", "shop");
  private static final NodeId B = new NodeId("b", "shop");
  private static final Endpoint ONE = new Endpoint("10.0.0.1", 7400);
  private static final Endpoint TWO = new Endpoint("10.0.0.2", 7400);

  private final StepEnvironment environment = new StepEnvironment();
  private final NodeResolver broken =
      node -> {
        throw new IllegalStateException("broken");
      };

  private StaticNodeResolver knows(NodeId node, Endpoint endpoint) {
    return new StaticNodeResolver(environment, Map.of(node, endpoint));
  }

  @Test
  void theFirstThatKnowsAnswers() {
    ChainedNodeResolver chain = ChainedNodeResolver.of(knows(B, TWO), knows(A, ONE), knows(A, TWO));

    assertThat(chain.resolveNode(A)).contains(ONE);
    assertThat(chain.resolveNode(B)).contains(TWO);
    assertThat(chain.resolveNode(new NodeId("c", "shop"))).isEmpty();
  }

  @Test
  void oneThatFailsIsPassedOverIfALaterOneKnows() {
    ChainedNodeResolver chain = ChainedNodeResolver.of(broken, knows(A, ONE));

    assertThat(chain.resolveNode(A)).contains(ONE);
  }

  @Test
  void aFailureIsNotTakenForAnAnswer() {
    ChainedNodeResolver chain = ChainedNodeResolver.of(broken, knows(A, ONE));

    assertThatThrownBy(() -> chain.resolveNode(B)).hasMessage("broken");
  }

  @Test
  void asksForTheHostsOfActorsInTurnToo() {
    AddressableReference cart = new AddressableReference("Cart", new Key.StringKey("alice"));
    NodeResolver placing =
        new NodeResolver() {
          @Override
          public Optional<Endpoint> resolveNode(NodeId node) {
            return Optional.empty();
          }

          @Override
          public Optional<NodeId> resolveAddressable(AddressableReference reference) {
            return Optional.of(B);
          }
        };

    assertThat(ChainedNodeResolver.of(knows(A, ONE), placing).resolveAddressable(cart)).contains(B);
    assertThat(ChainedNodeResolver.of(knows(A, ONE)).resolveAddressable(cart)).isEmpty();
  }

  @Test
  void passesOnChangesOfAllUntilTheListenerIsTakenAway() {
    StaticNodeResolver first = knows(A, ONE);
    StaticNodeResolver second = knows(B, ONE);
    List<NodeId> told = new ArrayList<>();
    Cancellable subscription = ChainedNodeResolver.of(first, second).onChange(told::add);

    first.put(A, TWO);
    second.put(B, TWO);
    environment.advance(Duration.ZERO);
    List<NodeId> before = List.copyOf(told);
    subscription.cancel();
    first.put(A, ONE);
    environment.advance(Duration.ZERO);

    assertThat(before).containsExactly(A, B);
    assertThat(told).isEqualTo(before);
  }

  @Test
  void aChainOfNothingIsRefused() {
    assertThatThrownBy(ChainedNodeResolver::of)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a chain needs at least one resolver");
  }
}
