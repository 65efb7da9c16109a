package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.runtime.Cart.Line;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node that is a cluster by itself. */
class SingleNodeIT {
  private static OrbitNode node;

  @BeforeAll
  static void start() {
    node = OrbitNode.builder().actors(CartActor.class).start();
    assertThat(node.awaitReady(Duration.ofSeconds(20))).isTrue();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void runsTheProgramOfTheDesign() {
    int first = cart("alice").add(new Line("sku-1", 2));
    int second = cart("alice").add(new Line("sku-2", 1));

    assertThat(first).isEqualTo(1);
    assertThat(second).isEqualTo(2);
    assertThat(cart("alice").view().lines())
        .containsExactly(new Line("sku-1", 2), new Line("sku-2", 1));
  }

  @Test
  void waitsForAStage() {
    cart("stage").add(new Line("sku-1", 2));

    int count = cart("stage").countLater().toCompletableFuture().join();

    assertThat(count).isEqualTo(1);
  }

  @Test
  void carriesACallFromActorToActor() {
    int count = cart("a").addToBoth("b", new Line("sku-1", 2));

    assertThat(count).isEqualTo(1);
    assertThat(cart("b").view().lines()).hasSize(1);
  }

  @Test
  void namesTheChainOfACallThatComesBackToItself() {
    assertThatThrownBy(() -> cart("circle-1").callBackThrough("circle-2"))
        .isInstanceOf(ActorFailedException.class)
        .hasMessageContaining(
            "test.Cart/circle-1.callBackThrough -> test.Cart/circle-2.callsOf ->"
                + " test.Cart/circle-1.view");
  }

  @Test
  void tellsWhatTheActorThrew() {
    assertThatThrownBy(() -> cart("fails").failWith("no more carts"))
        .isInstanceOf(ActorFailedException.class)
        .hasMessageContaining("java.lang.IllegalStateException")
        .hasMessageContaining("no more carts");
  }

  @Test
  void runsAOneWayCallAfterTheCallerHasGoneOn() {
    cart("one-way").addLater(new Line("sku-1", 1));

    await().untilAsserted(() -> assertThat(cart("one-way").view().lines()).hasSize(1));
  }

  @Test
  void refusesATypeThatNobodyHostsAtOnce() {
    Nobody nobody = node.actors().get(Nobody.class, "x");

    assertThatThrownBy(nobody::here)
        .isInstanceOf(NotExecutedException.class)
        .extracting(e -> ((OrbitException) e).code())
        .isEqualTo(ErrorCode.UNKNOWN_ACTOR_TYPE);
  }

  @Test
  void reportsWhatItIsDoing() {
    cart("reported").view();

    NodeReport report = node.report();

    assertThat(report.leaseHeld()).isTrue();
    assertThat(report.partitionsOwned()).isEqualTo(1024);
    assertThat(report.partitionsServed()).isEqualTo(1024);
    assertThat(report.activations().get("test.Cart")).isPositive();
    assertThat(node.view().contains(report.member())).isTrue();
  }

  private static Cart cart(String key) {
    return node.actors().get(Cart.class, key);
  }

  /** A contract without an actor class. */
  public interface Nobody extends dev.orbit.api.ActorWithStringKey {
    String here();
  }
}
