package dev.orbit.raft.internal.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.env.Cancellable;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import dev.orbit.raft.internal.cluster.ClusterCodec;
import dev.orbit.raft.internal.cluster.ClusterCommand;
import dev.orbit.raft.internal.cluster.ClusterSettings;
import dev.orbit.raft.internal.cluster.CommandAnswer.Accepted;
import dev.orbit.raft.simulated.NodeTime;
import dev.orbit.raft.simulated.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpiryScanTest {
  private static final Duration LEASE = Duration.ofSeconds(6);
  private static final Duration MARGIN = Duration.ofMillis(600);
  private static final Duration ALLOWED = LEASE.plus(MARGIN);
  private static final Optional<ClusterSettings> SETTINGS =
      Optional.of(new ClusterSettings("shop", 64, LEASE, MARGIN));
  private static final MemberId MEMBER = new MemberId(new NodeId("a", "shop"), 3);

  private final VirtualTime time = new VirtualTime(1);
  private final NodeTime node = time.node();
  private final FakeEngine engine = new FakeEngine();
  private final ExpiryScan scan = new ExpiryScan(node, engine, Duration.ofSeconds(10));

  @BeforeEach
  void aMemberHasJoined() {
    scan.heardOf(MEMBER, 3);
    scan.applied(3, SETTINGS);
  }

  @Test
  void aLeaderProposesTheExpiryOfASilentMemberNotBeforeItsTime() {
    lead(1);

    time.run(ALLOWED.minusNanos(1));
    List<ClusterCommand> early = engine.expiries();
    time.run(LEASE.dividedBy(20).plusMillis(1));

    assertThat(early).isEmpty();
    assertThat(engine.expiries()).containsExactly(new ClusterCommand.Expire(MEMBER, 3));
  }

  @Test
  void aMemberThatIsHeardOfIsLeftAlone() {
    lead(1);

    for (int i = 0; i < 20; i++) {
      time.run(LEASE.dividedBy(3));
      scan.heardOf(MEMBER, 10 + i);
      scan.applied(10 + i, SETTINGS);
    }

    assertThat(engine.expiries()).isEmpty();
  }

  @Test
  void aVoterThatDoesNotLeadProposesNothing() {
    time.run(ALLOWED.multipliedBy(10));

    assertThat(engine.submitted).isEmpty();
  }

  @Test
  void aNewLeaderBeginsEveryCountAfresh() {
    time.run(ALLOWED.multipliedBy(10));
    lead(1);
    long led = time.now();

    time.run(ALLOWED.minusMillis(1));
    List<ClusterCommand> early = engine.expiries();
    time.run(LEASE.dividedBy(20).plusMillis(2));

    assertThat(early).isEmpty();
    assertThat(engine.expiries()).hasSize(1);
    assertThat(time.now() - led).isGreaterThanOrEqualTo(ALLOWED.toNanos());
  }

  @Test
  void aLeaderCountsOnlyFromWhenItHasAppliedItsOwnBarrier() {
    engine.led(new Leadership(4, Optional.of("a"), true));
    engine.answer(20);
    time.run(ALLOWED.multipliedBy(3));
    List<ClusterCommand> behind = engine.expiries();

    scan.applied(20, SETTINGS);
    time.run(ALLOWED.minusMillis(1));
    List<ClusterCommand> early = engine.expiries();
    time.run(LEASE.dividedBy(20).plusMillis(2));

    assertThat(behind).isEmpty();
    assertThat(early).isEmpty();
    assertThat(engine.expiries()).hasSize(1);
  }

  @Test
  void aBarrierThatFailedIsTriedAgain() {
    engine.led(new Leadership(4, Optional.of("a"), true));
    engine.fail();

    time.run(Duration.ofSeconds(1));

    assertThat(engine.submitted).hasSize(2).allMatch(c -> c instanceof ClusterCommand.Barrier);
  }

  @Test
  void aLeaderThatIsDeposedStopsCounting() {
    lead(1);
    time.run(LEASE);

    engine.led(new Leadership(2, Optional.of("b"), false));
    time.run(ALLOWED.multipliedBy(3));

    assertThat(engine.expiries()).isEmpty();
  }

  @Test
  void anExpiryUnderWayIsNotProposedAgainAndOneThatFailedIs() {
    lead(1);
    time.run(ALLOWED.plusSeconds(3));
    List<ClusterCommand> first = engine.expiries();

    engine.fail();
    time.run(LEASE.dividedBy(20).plusMillis(1));

    assertThat(first).hasSize(1);
    assertThat(engine.expiries()).hasSize(2);
  }

  @Test
  void aMemberKnownFromASnapshotIsCountedFromWhenTheSnapshotCame() {
    time.run(ALLOWED.multipliedBy(2));
    lead(1);
    time.run(Duration.ofSeconds(5));
    TreeMap<NodeId, Long> renewals = new TreeMap<>();
    MemberId other = new MemberId(new NodeId("b", "shop"), 8);
    renewals.put(other.node(), 9L);
    Member member =
        new Member(other, new Endpoint("h", 1), NodeCapabilities.NONE, NodeStatus.ACTIVE);

    scan.replaced(
        new ClusterView(7, "shop", List.of(member), PartitionTable.unowned(64)), renewals);
    time.run(ALLOWED.minusMillis(1));
    List<ClusterCommand> early = engine.expiries();
    time.run(LEASE.dividedBy(20).plusMillis(2));

    assertThat(early).isEmpty();
    assertThat(engine.expiries()).containsExactly(new ClusterCommand.Expire(other, 9));
  }

  private void lead(long term) {
    engine.led(new Leadership(term, Optional.of("a"), true));
    engine.answer(4);
    scan.applied(4, SETTINGS);
  }

  /** Does what the test says, when it says so. */
  private static final class FakeEngine implements ConsensusEngine {
    final List<ClusterCommand> submitted = new ArrayList<>();
    private final List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    private Consumer<Leadership> listener = leadership -> {};

    void led(Leadership now) {
      listener.accept(now);
    }

    void answer(long index) {
      answers.getLast().complete(ClusterCodec.bytes(new Accepted(index, 1)));
    }

    void fail() {
      answers.getLast().completeExceptionally(new IllegalStateException("on purpose"));
    }

    List<ClusterCommand> expiries() {
      return submitted.stream().filter(c -> c instanceof ClusterCommand.Expire).toList();
    }

    @Override
    public void start(ReplicatedStateMachine stateMachine) {}

    @Override
    public CompletionStage<byte[]> submit(byte[] command) {
      submitted.add(ClusterCodec.envelope(command).command());
      answers.add(new CompletableFuture<>());
      return answers.getLast();
    }

    @Override
    public Leadership leadership() {
      return Leadership.NONE;
    }

    @Override
    public Cancellable onLeadership(Consumer<Leadership> given) {
      listener = given;
      return () -> listener = leadership -> {};
    }

    @Override
    public EngineHealth health() {
      return new EngineHealth.Serving();
    }

    @Override
    public void close() {}
  }
}
