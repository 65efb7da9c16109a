package dev.orbit.testkit.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import dev.orbit.testkit.StoreKind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reminders of a cluster of three nodes, kept in a file. */
class RemindersIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private Cluster cluster;

  @BeforeEach
  void startCluster() {
    Rings.clear();
    cluster = ClusterConfig.builder().actors(BellActor.class).store(StoreKind.SQLITE).start();
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
    Rings.clear();
  }

  @Test
  void areDeliveredOnceEachUpdatedAndCancelled() {
    for (int i = 0; i < 30; i++) {
      cluster.actors("node-2").get(Bell.class, "bell-" + i).remindOnce("once", 200 + i);
    }
    Bell bell = cluster.actors().get(Bell.class, "often");
    bell.remindEvery("often", 1_000);
    bell.remindOnce("never", 3_600_000);
    bell.remindOnce("moved", 3_600_000);
    bell.remindOnce("moved", 100);

    await()
        .atMost(SOON)
        .until(() -> Rings.of("once").size() >= 30 && Rings.of("often").size() >= 3);
    boolean was = bell.cancel("often");
    int rings = Rings.of("often").size();
    await().during(Duration.ofMillis(1_500)).until(() -> Rings.of("often").size() == rings);

    assertThat(was).isTrue();
    assertThat(bell.reminders()).containsExactly("never");
    assertThat(Rings.of("moved")).hasSize(1);
    assertThat(Rings.of("once")).extracting(Rings.Ring::actor).doesNotHaveDuplicates().hasSize(30);
    assertThat(Rings.of("once").stream().map(Rings.Ring::node).collect(Collectors.toSet()))
        .hasSizeGreaterThan(1);
    assertThat(Rings.of("often")).extracting(Rings.Ring::id).doesNotHaveDuplicates();
  }

  @Test
  void oneThatItsNodeTookDownWithItComesAgainUnderTheSameIdElsewhere() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch dead = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    Rings.ON_REMINDER.set(
        () -> {
          if (first.getAndSet(false)) {
            begun.countDown();
            awaitUninterruptibly(dead);
          }
        });
    Bell bell = cluster.actors().get(Bell.class, "alice");
    String host = cluster.nodeOf(bell);
    bell.remindOnce("once", 100);
    begun.await();

    cluster.kill(host);
    dead.countDown();
    cluster.awaitGone(host, SOON);
    await().atMost(SOON).until(() -> Rings.of("once").size() >= 2);
    Bell afterwards = cluster.actors().get(Bell.class, "alice");
    await().atMost(SOON).until(() -> afterwards.reminders().isEmpty());

    assertThat(Rings.of("once"))
        .extracting(Rings.Ring::id)
        .containsOnly(Rings.of("once").getFirst().id());
    assertThat(Rings.of("once").getLast().node()).isNotEqualTo(host);
    // The turn on the dead node was not allowed to write what it wanted to.
    assertThat(afterwards.written()).isEqualTo(Rings.of("once").size() - 1);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // Its node is being killed; it goes on as if it did not know.
      }
    }
  }

  @Test
  void aReminderAndAWriteOfOneTurnAreKeptEachByItself() {
    Bell bell = cluster.actors().get(Bell.class, "alice");

    assertThatThrownBy(() -> bell.setAndFail(true, "first"))
        .hasMessageContaining("before the write");
    assertThatThrownBy(() -> bell.setAndFail(false, "second"))
        .hasMessageContaining("before the reminder");

    assertThat(bell.reminders()).containsExactly("first");
    assertThat(bell.written()).isEqualTo(1);
  }
}
