package dev.orbit.runtime;

import static dev.orbit.runtime.VotersForTests.LEASE;
import static dev.orbit.runtime.VotersForTests.NAMES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.error.OrbitException;
import dev.orbit.runtime.Cart.Line;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ThreeVotersIT {
  private static final Duration BOUND = Duration.ofSeconds(40);

  @TempDir Path directory;
  private VotersForTests voters;

  @BeforeEach
  void start() {
    voters = new VotersForTests(directory);
    await().atMost(BOUND).until(voters::isWhole);
  }

  @AfterEach
  void stop() {
    voters.close();
  }

  @Test
  void losesNoAcknowledgedWriteWhenTheLeaderIsKilledAndComesBack() {
    String leader = voters.node("a").report().raftLeader().orElseThrow();
    String other = NAMES.stream().filter(name -> !name.equals(leader)).findFirst().orElseThrow();
    List<String> keys = IntStream.range(0, 20).mapToObj(i -> "cart-" + i).toList();
    keys.forEach(key -> cart(other, key).add(new Line("first", 1)));

    long killed = System.nanoTime();
    voters.node(leader).kill();
    for (String key : keys) {
      eventually(() -> cart(other, key).view());
    }
    Duration outage = Duration.ofNanos(System.nanoTime() - killed);
    keys.forEach(key -> cart(other, key).add(new Line("second", 1)));
    voters.start(List.of(leader));
    await().atMost(BOUND).until(voters::isWhole);

    assertThat(outage).isLessThan(LEASE.multipliedBy(2));
    for (String key : keys) {
      assertThat(cart(leader, key).view().lines())
          .extracting(Line::sku)
          .containsExactly("first", "second");
    }
    // What is in memory stays where it is; what is new goes to its owner.
    assertThat(IntStream.range(0, 100).mapToObj(i -> cart(leader, "new-" + i).where()))
        .contains(leader);
  }

  @Test
  void aNodeThatLosesItsLeaseDropsItsActorsAndJoinsAgainByItself() {
    List<String> keys = IntStream.range(0, 20).mapToObj(i -> "cart-" + i).toList();
    keys.forEach(key -> cart("a", key).add(new Line("first", 1)));
    NodeLease before = voters.node("a").lease();
    Cart reference = cart("a", keys.getFirst());

    voters.node("b").kill();
    voters.node("c").kill();
    await().atMost(BOUND).until(() -> !before.isHeld());
    await()
        .atMost(BOUND)
        .untilAsserted(() -> assertThat(voters.node("a").report().activations()).isEmpty());
    boolean readyWithoutLease = voters.node("a").isReady();
    await().atMost(BOUND).untilAsserted(() -> assertHealth("a", ServingStatus.NOT_SERVING));
    voters.start(List.of("b", "c"));
    await().atMost(BOUND).until(voters::isWhole);

    await().atMost(BOUND).untilAsserted(() -> assertHealth("a", ServingStatus.SERVING));
    assertThat(readyWithoutLease).isFalse();
    assertThat(voters.node("a").lease().member().incarnation())
        .isGreaterThan(before.member().incarnation());
    assertThat(reference.add(new Line("second", 1))).isEqualTo(2);
    assertThat(keys.stream().map(key -> cart("b", key).where())).contains("a");
  }

  /** What the node says of itself to whoever asks on its port: as a whole, and of each service. */
  private void assertHealth(String node, ServingStatus expected) {
    Endpoint endpoint = voters.node(node).endpoint();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port()).usePlaintext().build();
    try {
      for (String service : List.of("", "orbit", "raft")) {
        ServingStatus status =
            HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
        assertThat(status).as("service '%s'", service).isEqualTo(expected);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private Cart cart(String node, String key) {
    return voters.node(node).actors().get(Cart.class, key);
  }

  /**
   * A call under way when its host dies has an unknown outcome; the test asks again until one is
   * answered.
   */
  private static <T> T eventually(Callable<T> call) {
    return await()
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(OrbitException.class)
        .until(call, answer -> true);
  }
}
