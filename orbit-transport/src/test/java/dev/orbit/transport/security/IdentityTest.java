package dev.orbit.transport.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ConfigurationException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
  private static final IdentityScheme SCHEME = IdentityScheme.of("example.org");

  @Test
  void aNodeIsNamedByItsClusterAndKey() {
    NodeId node = new NodeId("node-1", "shop");

    SpiffeId id = SCHEME.of(node);

    assertThat(id).hasToString("spiffe://example.org/orbit/shop/node/node-1");
    assertThat(SCHEME.node(id)).contains(node);
    assertThat(SCHEME.node(SpiffeId.parse("spiffe://example.org/app/web"))).isEmpty();
    assertThat(SCHEME.node(SpiffeId.parse("spiffe://other.org/orbit/shop/node/node-1"))).isEmpty();
    assertThat(SCHEME.node(SpiffeId.parse("spiffe://example.org/orbit/shop/node/a/b"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/a",
        "spiffe://example.org",
        "spiffe:///a",
        "spiffe://example.org/a?b",
        "spiffe://example.org/a#b",
        "spiffe://example.org:80/a",
        "spiffe://u@example.org/a",
        "spiffe://example.org/a/../b",
        "spiffe://example.org/a//b",
        "spiffe://EXAMPLE.org/a",
        "not a uri"
      })
  void refusesWhatIsNoSpiffeId(String text) {
    assertThatThrownBy(() -> SpiffeId.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAPathThatDoesNotNameNodes() {
    assertThatThrownBy(() -> new IdentityScheme("example.org", "/node/{node}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("{cluster}");
  }

  @Test
  void aPolicyRefusesClientsThatNoRuleAllowsAndLetsNodesThrough() {
    AccessPolicy policy =
        AccessPolicy.of(
            Map.of(
                "spiffe://example.org/app/web", "shop.Cart | shop.Stock",
                "spiffe://example.org/admin/*", "*",
                "anonymous", "public.*"));

    assertThat(policy.mayCall(client("spiffe://example.org/app/web"), "shop.Cart")).isTrue();
    assertThat(policy.mayCall(client("spiffe://example.org/app/web"), "shop.Order")).isFalse();
    assertThat(policy.mayCall(client("spiffe://example.org/app/web2"), "shop.Cart")).isFalse();
    assertThat(policy.mayCall(client("spiffe://example.org/admin/eve"), "shop.Order")).isTrue();
    assertThat(policy.mayCall(PeerPrincipal.NOBODY, "public.News")).isTrue();
    assertThat(policy.mayCall(PeerPrincipal.NOBODY, "shop.Cart")).isFalse();
    assertThat(AccessPolicy.CLOSED.mayCall(client("spiffe://example.org/app/web"), "x")).isFalse();
    assertThat(AccessPolicy.CLOSED.mayCall(node(), "shop.Cart")).isTrue();
  }

  @Test
  void refusesAPatternWithAStarInTheMiddle() {
    assertThatThrownBy(() -> AccessPolicy.of(Map.of("spiffe://*/web", "shop.Cart")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("spiffe://*/web");
  }

  private static PeerPrincipal client(String id) {
    return new PeerPrincipal(Optional.of(SpiffeId.parse(id)), Optional.empty(), Instant.MAX);
  }

  private static PeerPrincipal node() {
    NodeId node = new NodeId("node-1", "shop");
    return new PeerPrincipal(Optional.of(SCHEME.of(node)), Optional.of(node), Instant.MAX);
  }
}
