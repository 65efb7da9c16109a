package dev.orbit.raft.internal.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.raft.simulated.NodeTime;
import dev.orbit.raft.simulated.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldLeaseTest {
  private static final Duration HELD = Duration.ofMillis(5400);

  private final VirtualTime time = new VirtualTime(1);
  // Near the end of what a long can count, as a monotonic clock may be.
  private final NodeTime node = time.node(1.0, Long.MAX_VALUE - 3_000_000_000L);
  private final HeldLease lease =
      new HeldLease(
          node, new MemberId(new NodeId("a", "shop"), 1), node.nanoTime() + HELD.toNanos());
  private final List<Long> lostAt = new ArrayList<>();

  @Test
  void itIsHeldUntilItsEndAndNotAMomentLonger() {
    time.run(HELD.minusNanos(1));
    boolean before = lease.isHeld();
    time.run(Duration.ofNanos(1));
    boolean at = lease.isHeld();

    assertThat(before).isTrue();
    assertThat(at).isFalse();
  }

  @Test
  void anExtensionHoldsItLonger() {
    lease.extend(node.nanoTime() + HELD.multipliedBy(2).toNanos());
    time.run(HELD.multipliedBy(2).minusNanos(1));

    assertThat(lease.isHeld()).isTrue();
  }

  @Test
  void anExtensionByLessChangesNothing() {
    long until = lease.heldUntilNanos();

    lease.extend(until - 1);

    assertThat(lease.heldUntilNanos()).isEqualTo(until);
  }

  @Test
  void onceLostItIsNeverHeldAgain() {
    time.run(HELD);

    lease.extend(node.nanoTime() + HELD.toNanos());

    assertThat(lease.isHeld()).isFalse();
    time.run(Duration.ofSeconds(1));
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void onceGivenUpItIsNeverHeldAgain() {
    lease.lose("leaving");

    lease.extend(node.nanoTime() + HELD.multipliedBy(9).toNanos());

    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void theLossIsToldAtItsMomentEvenIfNobodyAsks() {
    lease.onLost(() -> lostAt.add(time.now()));
    time.run(Duration.ofSeconds(1));
    lease.extend(node.nanoTime() + HELD.toNanos());

    time.run(Duration.ofMinutes(1));

    assertThat(lostAt).hasSize(1);
    long end = Duration.ofSeconds(1).plus(HELD).toNanos();
    assertThat(lostAt.getFirst()).isBetween(end, end + 1000);
  }

  @Test
  void theLossIsToldOnceAndToLatecomersToo() {
    lease.onLost(() -> lostAt.add(time.now()));
    lease.lose("leaving");
    lease.lose("closing");
    lease.onLost(() -> lostAt.add(time.now()));

    time.run(HELD.multipliedBy(2));

    assertThat(lostAt).hasSize(2);
    assertThat(lostAt).allMatch(at -> at < 1000);
  }

  @Test
  void anActionThatWasTakenAwayDoesNotRun() {
    Cancellable action = lease.onLost(() -> lostAt.add(time.now()));

    action.cancel();
    lease.lose("leaving");
    time.run(HELD);

    assertThat(lostAt).isEmpty();
  }

  @Test
  void aPauseBeyondItsEndIsNoticedByTheFirstWhoAsks() {
    node.pause();
    time.run(HELD.multipliedBy(2));

    assertThat(lease.isHeld()).isFalse();
  }
}
