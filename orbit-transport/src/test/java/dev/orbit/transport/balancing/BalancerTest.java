package dev.orbit.transport.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** S2.34 and S3.1. */
class BalancerTest {
  private static final NodeId A = node("a");
  private static final NodeId B = node("b");
  private static final NodeId C = node("c");
  private static final List<NodeId> NODES = List.of(A, B, C);

  private final Random random = new Random(42);
  private long now = Long.MAX_VALUE - 1000;

  private static NodeId node(String key) {
    return new NodeId(key, "test");
  }

  private Balancer balancer(Balancing how) {
    return new Balancer(how, random);
  }

  private NodeId pick(Balancer balancer) {
    return balancer.pick(NODES, now).orElseThrow();
  }

  private Map<NodeId, Integer> picks(Balancer balancer, int times) {
    Map<NodeId, Integer> picks = new HashMap<>();
    for (int i = 0; i < times; i++) {
      picks.merge(pick(balancer), 1, Integer::sum);
    }
    return picks;
  }

  private void answer(Balancer balancer, NodeId node, Duration after) {
    balancer.begin(node, now).answered(now + after.toNanos());
  }

  private void fail(Balancer balancer, NodeId node, int times) {
    for (int i = 0; i < times; i++) {
      balancer.begin(node, now).failed(now);
    }
  }

  @Test
  void roundRobinTakesOneAfterTheOther() {
    Balancer balancer = balancer(Balancing.ROUND_ROBIN);

    assertThat(IntStream.range(0, 6).mapToObj(i -> pick(balancer)))
        .containsExactly(A, B, C, A, B, C);
  }

  @Test
  void leastRequestsTakesTheOneThatHasTheFewestUnanswered() {
    Balancer balancer = balancer(Balancing.LEAST_REQUESTS);
    balancer.begin(A, now);
    Balancer.Call second = balancer.begin(B, now);
    balancer.begin(C, now);
    balancer.begin(B, now);

    NodeId beforeItAnswered = pick(balancer);
    balancer.begin(beforeItAnswered, now);
    second.answered(now);
    balancer.begin(A, now);
    balancer.begin(C, now);

    assertThat(beforeItAnswered).isIn(A, C);
    assertThat(picks(balancer, 20)).containsOnlyKeys(B);
  }

  @Test
  void amongManyNodesASlowOneGetsFarFewerCallsThanOthers() {
    Balancer balancer = balancer(Balancing.LEAST_REQUESTS);
    List<NodeId> many = new ArrayList<>();
    IntStream.range(0, 100).forEach(i -> many.add(node("n" + i)));
    Map<NodeId, Integer> picks = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      NodeId picked = balancer.pick(many, now).orElseThrow();
      picks.merge(picked, 1, Integer::sum);
      Balancer.Call call = balancer.begin(picked, now);
      if (!picked.equals(many.getFirst())) {
        call.answered(now);
      }
    }

    // 100 would be its share.
    assertThat(picks.getOrDefault(many.getFirst(), 0)).isBetween(1, 5);
  }

  @Test
  void weightsFollowTheLatencyThatIsObserved() {
    Balancer balancer = balancer(Balancing.WEIGHTED);
    answer(balancer, A, Duration.ofMillis(1));
    answer(balancer, B, Duration.ofMillis(4));
    answer(balancer, C, Duration.ofSeconds(10));

    Map<NodeId, Integer> before = picks(balancer, 10_000);
    for (int i = 0; i < 100; i++) {
      answer(balancer, C, Duration.ofMillis(1));
    }
    Map<NodeId, Integer> after = picks(balancer, 10_000);

    assertThat(before.get(A)).isBetween(7_200, 8_200);
    assertThat(before.get(B)).isBetween(1_600, 2_300);
    // Enough to notice when it is well again.
    assertThat(before.get(C)).isBetween(250, 600);
    assertThat(after.get(C)).isBetween(3_800, 5_000);
  }

  @ParameterizedTest
  @EnumSource
  void whatFailsInARowIsPassedOverForAWhileAndReturns(Balancing how) {
    Balancer balancer = balancer(how);
    fail(balancer, B, Balancer.MOST_FAILURES - 1);
    Map<NodeId, Integer> before = picks(balancer, 300);
    fail(balancer, B, 1);
    Map<NodeId, Integer> ejected = picks(balancer, 300);
    now += Balancer.LEAST_EJECTION.toNanos();
    Map<NodeId, Integer> tried = picks(balancer, 300);
    fail(balancer, B, 1);
    now += Balancer.LEAST_EJECTION.toNanos();
    Map<NodeId, Integer> longer = picks(balancer, 300);
    now += Balancer.LEAST_EJECTION.toNanos();
    answer(balancer, B, Duration.ofMillis(1));
    fail(balancer, B, Balancer.MOST_FAILURES - 1);
    Map<NodeId, Integer> well = picks(balancer, 300);

    assertThat(before).containsKey(B);
    assertThat(ejected).doesNotContainKey(B).containsKeys(A, C);
    assertThat(tried).containsKey(B);
    assertThat(longer).doesNotContainKey(B);
    assertThat(well).containsKey(B);
    assertThat(balancer.ejections()).isEqualTo(2);
  }

  @Test
  void neverIsMoreThanHalfPassedOver() {
    Balancer balancer = balancer(Balancing.ROUND_ROBIN);
    NODES.forEach(
        node -> {
          fail(balancer, node, Balancer.MOST_FAILURES);
          now += 1000;
        });

    // The last one that failed has longest to wait.
    assertThat(picks(balancer, 30)).containsOnlyKeys(A, B);
  }

  @Test
  void whatWasCalledOffSaysNothingOfTheNode() {
    Balancer balancer = balancer(Balancing.LEAST_REQUESTS);
    for (int i = 0; i < 10; i++) {
      balancer.begin(A, now).ended();
    }

    assertThat(balancer.isEjected(A, now)).isFalse();
    assertThat(picks(balancer, 300)).containsKeys(A, B, C);
  }

  @Test
  void aNameThatIsNotKnownIsRefusedWithThoseThatAre() {
    assertThat(Balancing.named("Least-Requests")).isEqualTo(Balancing.LEAST_REQUESTS);
    assertThatThrownBy(() -> Balancing.named("fastest"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("random, round-robin, weighted, least-requests");
  }
}
