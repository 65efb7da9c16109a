package dev.orbit.transport.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticNodeResolverTest {
  private static final NodeId A = new NodeId("a", "shop");
  private static final NodeId B = new NodeId("b", "shop");
  private static final Endpoint ONE = new Endpoint("10.0.0.1", 7400);
  private static final Endpoint TWO = new Endpoint("10.0.0.2", 7400);

  private final StepEnvironment environment = new StepEnvironment();
  private final List<NodeId> told = new ArrayList<>();

  @Test
  void readsNamesAndEndpointsFromText() {
    String text = " a = 10.0.0.1:7400 ,, b=[fd00::2]:7401,";

    Map<NodeId, Endpoint> nodes = StaticNodeResolver.parse("shop", text);

    assertThat(nodes).isEqualTo(Map.of(A, ONE, B, new Endpoint("fd00::2", 7401)));
  }

  @Test
  void anEmptyTextNamesNoNodes() {
    assertThat(StaticNodeResolver.of(environment, "shop", " ").nodes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=h:1,b|node list, entry 2: 'b' has no '='; expected name=host:port",
        "a=h|node list, entry 1: 'a=h' cannot be read",
        "a=h:x|the port after the last colon is not a number",
        "a=h:70000|port 70000 is not within 0 to 65535",
        "a=h:0|has port 0, which nobody can connect to",
        "=h:1|key has 0 characters",
        "a=:1|cannot be read",
        "a=h:1,a=h:2|entry 2: 'a=h:2' names 'a' a second time"
      })
  void saysWhichEntryIsWrongAndWhatWasExpected(String text, String message) {
    assertThatThrownBy(() -> StaticNodeResolver.parse("shop", text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("expected name=host:port");
  }

  @Test
  void refusesMoreNodesThanItHolds() {
    Map<NodeId, Endpoint> nodes = new HashMap<>();
    for (int i = 0; i <= StaticNodeResolver.MAX_NODES; i++) {
      nodes.put(new NodeId("n" + i, "shop"), ONE);
    }

    assertThatThrownBy(() -> new StaticNodeResolver(environment, nodes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("10001 nodes; the most is 10000");
  }

  @Test
  void refusesAPortThatNobodyCanConnectToAndKeepsWhatItHas() {
    StaticNodeResolver resolver = new StaticNodeResolver(environment, Map.of(A, ONE));

    assertThatThrownBy(() -> resolver.put(A, new Endpoint("10.0.0.1", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shop/a")
        .hasMessageContaining("port 0");
    assertThat(resolver.resolveNode(A)).contains(ONE);
  }

  @Test
  void tellsWhichNodesChangedAndOnlyThose() {
    StaticNodeResolver resolver = new StaticNodeResolver(environment, Map.of(A, ONE, B, TWO));
    resolver.onChange(told::add);
    NodeId c = new NodeId("c", "shop");

    resolver.replaceAll(Map.of(A, ONE, c, TWO));
    environment.advance(Duration.ZERO);

    assertThat(told).containsExactlyInAnyOrder(B, c);
  }

  @Test
  void mergesChangesOfANodeThatItsListenerHasNotHeardOfYet() {
    StaticNodeResolver resolver = new StaticNodeResolver(environment, Map.of());
    resolver.onChange(told::add);

    resolver.put(A, ONE);
    resolver.put(A, TWO);
    resolver.remove(A);
    environment.advance(Duration.ZERO);

    assertThat(told).containsExactly(A);
  }

  @Test
  void tellsNobodyWhenNothingChanged() {
    StaticNodeResolver resolver = new StaticNodeResolver(environment, Map.of(A, ONE));
    resolver.onChange(told::add);

    resolver.put(A, ONE);
    resolver.remove(B);
    environment.advance(Duration.ZERO);

    assertThat(told).isEmpty();
  }
}
