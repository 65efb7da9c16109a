package dev.orbit.testkit.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimersIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static Cluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster =
        ClusterConfig.builder()
            .nodes(1)
            .actors(BellActor.class, Clockwork.Plain.class, Clockwork.Interleaved.class)
            .customizer((name, node) -> node.idleAfter(Duration.ofSeconds(1)))
            .start();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void clear() {
    Rings.clear();
  }

  @Test
  void aTimersTurnsOverlapNeitherEachOtherNorCalls() {
    Bell bell = cluster.actors().get(Bell.class, "turns");
    bell.tick(5, "ring");

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        threads.execute(() -> bell.sleep(20));
      }
    }
    await().atMost(SOON).until(() -> Rings.of("tick").size() >= 5);

    assertThat(Rings.of("call")).hasSize(20);
    assertThat(Rings.overlaps()).isZero();
    bell.stopTicking();
  }

  @Test
  void aTimerEndsWithItsActivationAndDoesNotKeepItInMemory() {
    cluster.actors().get(Bell.class, "idle").tick(20, "ring");
    await().atMost(SOON).until(() -> !Rings.of("tick").isEmpty());

    // Idle after 1 s, although it ticks every 20 ms.
    await().atMost(SOON).until(() -> cluster.node("node-1").report().activations().isEmpty());
    int ticks = Rings.of("tick").size();
    int again = cluster.actors().get(Bell.class, "idle").written();

    assertThat(again).isZero();
    await().during(Duration.ofMillis(300)).until(() -> Rings.of("tick").size() == ticks);
  }

  @Test
  void aTimerThatThrowsGoesOnUntilItIsStopped() {
    Bell bell = cluster.actors().get(Bell.class, "fails");
    bell.tick(10, "fail");
    await().atMost(SOON).until(() -> Rings.of("tick").size() >= 3);

    bell.stopTicking();
    int ticks = Rings.of("tick").size();

    await().during(Duration.ofMillis(300)).until(() -> Rings.of("tick").size() == ticks);
  }

  @Test
  void anActionWaitsForATurnThatWaitsUnlessTheClassSaysOtherwise() {
    Clockwork plain = cluster.actors().get(Clockwork.class, "c");
    Clockwork free = cluster.actors().get(Clockwork.Free.class, "c");

    assertThat(plain.ticksWhileAnotherSleeps("sleeper", 200)).isZero();
    assertThat(free.ticksWhileAnotherSleeps("sleeper", 200)).isPositive();
  }
}
