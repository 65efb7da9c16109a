package dev.orbit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.Actors;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.runtime.OrbitNode;
import dev.orbit.testkit.cart.Cart;
import dev.orbit.testkit.cart.CartActor;
import dev.orbit.testkit.cart.Line;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The example of the design, and what the verbs of a cluster do to real nodes. */
@OrbitTest(nodes = 3, actors = CartActor.class)
class CartIT {
  private static final Duration TAKEN_OVER_WITHIN = Duration.ofSeconds(30);

  @Test
  void survivesTheLossOfItsNode(Cluster cluster) {
    Cart cart = cluster.actors().get(Cart.class, "alice");
    cart.add(new Line("sku-1", 2));
    String host = cluster.nodeOf(cart);

    cluster.kill(host);
    // A call that was written before the loss was noticed would rightly end with an unknown
    // outcome.
    cluster.awaitGone(host, TAKEN_OVER_WITHIN);
    Cart afterwards = cluster.actors().get(Cart.class, "alice");
    int lines = afterwards.add(new Line("sku-2", 1));

    assertThat(lines).isEqualTo(2);
    assertThat(afterwards.lines()).containsExactly(new Line("sku-1", 2), new Line("sku-2", 1));
    assertThat(afterwards.whereAmI()).isNotEqualTo(host).isEqualTo(cluster.nodeOf(afterwards));
  }

  @Test
  void anActorRunsWhereTheClusterSaysWhicheverNodeIsAsked(Cluster cluster) {
    Set<String> hosts = new HashSet<>();

    for (int i = 0; i < 60; i++) {
      String key = "cart-" + i;
      String host = cluster.actors("node-1").get(Cart.class, key).whereAmI();
      hosts.add(host);
      assertThat(cluster.actors("node-2").get(Cart.class, key).whereAmI()).isEqualTo(host);
      assertThat(cluster.nodeOf(cluster.actors().get(Cart.class, key))).isEqualTo(host);
    }

    assertThat(hosts).containsExactlyInAnyOrder("node-1", "node-2", "node-3");
  }

  @Test
  void aNodeThatIsCutOffFencesItselfWhileItsActorsMove(Cluster cluster) {
    Cart cart = cluster.actors().get(Cart.class, "alice");
    cart.add(new Line("sku-1", 2));
    String host = cluster.nodeOf(cart);
    NodeLease lease = cluster.node(host).lease();

    cluster.partition(host);
    // Until then a call travels into the cut, and nobody can say whether it ran.
    cluster.awaitGone(host, TAKEN_OVER_WITHIN);
    Cart fromOutside = cluster.actors().get(Cart.class, "alice");
    int lines = fromOutside.add(new Line("sku-2", 1));

    assertThat(lines).isEqualTo(2);
    assertThat(lease.isHeld()).isFalse();
    assertThat(fromOutside.whereAmI()).isNotEqualTo(host);
    assertThat(cluster.newestView().contains(lease.member())).isFalse();
  }

  @Test
  void aNodeThatIsHealedRejoinsAsANewIncarnation(Cluster cluster) {
    OrbitNode node = cluster.node("node-2");
    NodeLease lease = node.lease();

    cluster.partition("node-2");
    await().atMost(TAKEN_OVER_WITHIN).until(() -> !lease.isHeld());
    cluster.awaitGone("node-2", TAKEN_OVER_WITHIN);
    cluster.heal("node-2");
    cluster.awaitStable();

    assertThat(node.lease().isHeld()).isTrue();
    assertThat(node.lease().member().incarnation()).isGreaterThan(lease.member().incarnation());
    assertThat(lease.isHeld()).isFalse();
    assertThat(cluster.newestView().members()).hasSize(3);
  }

  @Test
  void aKilledNodeCanBeStartedAgainUnderItsName(Cluster cluster) {
    long before = cluster.node("node-3").lease().member().incarnation();
    cluster.actors().get(Cart.class, "alice").add(new Line("sku-1", 2));

    cluster.kill("node-3");
    cluster.awaitGone("node-3", TAKEN_OVER_WITHIN);
    cluster.restart("node-3");
    cluster.awaitStable();

    assertThat(cluster.node("node-3").lease().member().incarnation()).isGreaterThan(before);
    assertThat(cluster.actors("node-3").get(Cart.class, "alice").lines())
        .containsExactly(new Line("sku-1", 2));
  }

  @Test
  void aFurtherNodeJoinsAndHostsItsShare(Cluster cluster) {
    cluster.start("node-4");
    cluster.awaitStable();

    Set<String> hosts = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      hosts.add(cluster.actors("node-4").get(Cart.class, "cart-" + i).whereAmI());
    }

    assertThat(hosts).containsExactlyInAnyOrder("node-1", "node-2", "node-3", "node-4");
  }

  @Test
  void aNodeThatIsStoppedInGoodOrderIsGoneAtOnce(Cluster cluster) {
    cluster.stop("node-2");

    cluster.awaitStable();

    assertThat(cluster.newestView().members())
        .extracting(member -> member.id().node().key())
        .containsExactly("node-1", "node-3");
  }

  @Test
  void referencesOfANamedNodeAreThatNodes(@OnNode("node-2") Actors actors, Cluster cluster) {
    Cart cart = actors.get(Cart.class, "alice");

    cart.add(new Line("sku-1", 2));

    assertThat(cluster.actors("node-1").get(Cart.class, "alice").lines()).hasSize(1);
  }

  @Test
  @OrbitTest(nodes = 1, actors = CartActor.class, store = StoreKind.SQLITE)
  void stateInAFileOutlivesTheOnlyNode(Cluster cluster) {
    cluster.actors().get(Cart.class, "alice").add(new Line("sku-1", 2));

    cluster.restart("node-1");
    cluster.awaitStable();

    assertThat(cluster.actors().get(Cart.class, "alice").lines())
        .containsExactly(new Line("sku-1", 2));
  }
}
