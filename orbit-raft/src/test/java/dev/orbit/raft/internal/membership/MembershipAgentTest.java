package dev.orbit.raft.internal.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.raft.internal.cluster.ClusterCommand;
import dev.orbit.raft.internal.cluster.ClusterSettings;
import dev.orbit.raft.internal.membership.FakePort.Mode;
import dev.orbit.raft.simulated.NodeTime;
import dev.orbit.raft.simulated.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MembershipAgentTest {
  private static final Duration LEASE = Duration.ofSeconds(6);
  private static final Duration MARGIN = Duration.ofMillis(600);
  private static final Duration HELD = LEASE.minus(MARGIN);
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final ClusterSettings SETTINGS = new ClusterSettings("shop", 64, LEASE, MARGIN);
  private static final Endpoint TRAFFIC = new Endpoint("127.0.0.1", 7400);
  private static final NodeId SELF = new NodeId("a", "shop");
  private static final ClusterCommand.Join JOIN =
      new ClusterCommand.Join(SELF, TRAFFIC, NodeCapabilities.NONE, SETTINGS);

  private final VirtualTime time = new VirtualTime(1);
  private final NodeTime node = time.node(1.0, -77);
  private final FakePort port = new FakePort(node, ClusterView.empty("shop", 64));
  private final MembershipAgent agent =
      new MembershipAgent(node, SELF, SETTINGS, port, port.views, version -> {});

  @Test
  void aJoinHoldsTheLeaseFromWhenItWasSentAndNotFromItsAnswer() {
    port.delay = Duration.ofSeconds(1);
    long asked = node.nanoTime();

    NodeLease lease = joined();

    assertThat(lease.heldUntilNanos()).isEqualTo(asked + HELD.toNanos());
    assertThat(lease.member()).isEqualTo(new MemberId(SELF, 1));
  }

  @Test
  void aRenewalHoldsItFromWhenItWasSent() {
    NodeLease lease = joined();
    port.delay = Duration.ofMillis(700);

    time.run(LEASE.dividedBy(3));

    List<FakePort.Sent> renewals = port.sent(ClusterCommand.Renew.class);
    assertThat(renewals).hasSize(1);
    assertThat(lease.heldUntilNanos()).isEqualTo(renewals.getFirst().atNanos() + HELD.toNanos());
  }

  @Test
  void itRenewsEveryThirdOfTheLeaseForAsLongAsItLives() {
    NodeLease lease = joined();

    time.run(LEASE.multipliedBy(100));

    int renewals = port.sent(ClusterCommand.Renew.class).size();
    assertThat(lease.isHeld()).isTrue();
    assertThat(renewals).isBetween(298, 335);
  }

  @Test
  void withoutAnAnswerTheLeaseEndsAtItsMomentAndNoLaterAnswerBringsItBack() {
    NodeLease lease = joined();
    time.run(LEASE);
    long until = lease.heldUntilNanos();
    port.mode = Mode.LOSES_ANSWERS;
    time.run(Duration.ofSeconds(1));
    until = Math.max(until, lease.heldUntilNanos());

    time.run(Duration.ofNanos(until - node.nanoTime() - 1));
    boolean before = lease.isHeld();
    time.run(Duration.ofMillis(1));
    boolean after = lease.isHeld();
    port.mode = Mode.ANSWERS;
    time.run(LEASE);

    assertThat(before).isTrue();
    assertThat(after).isFalse();
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void oneFailedRenewalDoesNotCostTheLease() {
    NodeLease lease = joined();
    for (int i = 0; i < 20; i++) {
      port.mode = i % 2 == 0 ? Mode.REFUSES_TO_TALK : Mode.ANSWERS;
      time.run(Duration.ofMillis(2300));
    }

    assertThat(lease.isHeld()).isTrue();
  }

  @Test
  void anotherLifeOfTheNodeIsWaitedFor() {
    port.apply(JOIN);
    CompletableFuture<NodeLease> joining = join();

    time.run(LEASE);
    boolean early = joining.isDone();
    port.apply(new ClusterCommand.Expire(new MemberId(SELF, 1), 1));
    time.run(Duration.ofSeconds(1));

    assertThat(early).isFalse();
    assertThat(joining).isCompleted();
    assertThat(joining.resultNow().member().incarnation()).isGreaterThan(1);
  }

  @Test
  void aJoinThatIsNotDoneInTimeSaysWhatItWaitedFor() {
    port.apply(JOIN);
    CompletableFuture<NodeLease> joining = join();

    time.run(BOUND.plusSeconds(1));

    assertThat(joining.exceptionNow())
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("shop/a#1 is still a member; its lease must end first");
  }

  @Test
  void aJoinWhoseAnswerIsLostIsNotMadeTwice() {
    port.mode = Mode.LOSES_ANSWERS;
    long asked = node.nanoTime();
    CompletableFuture<NodeLease> joining = join();
    CompletableFuture<Long> until = joining.thenApply(NodeLease::heldUntilNanos);
    time.run(Duration.ofSeconds(3));

    port.mode = Mode.ANSWERS;
    time.run(Duration.ofMillis(1500));

    assertThat(port.views.newest().version()).isEqualTo(1);
    assertThat(joining.resultNow().member().incarnation()).isEqualTo(1);
    // The cluster has counted since the first sending, so the node must not count from a later one.
    assertThat(until).isCompletedWithValue(asked + HELD.toNanos());
  }

  @Test
  void aJoinThatIsAnsweredAfterItsLeaseIsGivenBackAndMadeAgain() {
    port.mode = Mode.LOSES_ANSWERS;
    CompletableFuture<NodeLease> joining = join();
    time.run(LEASE);

    port.mode = Mode.ANSWERS;
    time.run(Duration.ofSeconds(5));

    NodeLease lease = joining.resultNow();
    assertThat(lease.isHeld()).isTrue();
    assertThat(lease.member().incarnation()).isGreaterThan(1);
    assertThat(port.sent(ClusterCommand.Leave.class).getFirst().command())
        .isEqualTo(new ClusterCommand.Leave(new MemberId(SELF, 1)));
  }

  @Test
  void aJoinEndsOnlyWhenItsViewIsHere() {
    port.viewDelay = Duration.ofSeconds(2);
    CompletableFuture<NodeLease> joining = join();

    time.run(Duration.ofMillis(1999));
    boolean early = joining.isDone();
    time.run(Duration.ofMillis(20));

    assertThat(early).isFalse();
    assertThat(joining).isCompleted();
  }

  @Test
  void aLifeWhoseViewDoesNotComeIsGivenBack() {
    port.viewDelay = Duration.ofMinutes(2);
    CompletableFuture<NodeLease> joining = join();

    time.run(BOUND.plusSeconds(1));

    assertThat(joining.exceptionNow())
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("it waited for view 1");
    assertThat(port.sent(ClusterCommand.Leave.class)).hasSize(1);
  }

  @Test
  void aLostLifeSaysGoodbyeBeforeTheNextBegins() {
    NodeLease first = joined();
    port.mode = Mode.LOSES_REQUESTS;
    time.run(LEASE.multipliedBy(2));
    port.mode = Mode.ANSWERS;

    NodeLease second = joined();

    assertThat(first.isHeld()).isFalse();
    assertThat(second.isHeld()).isTrue();
    assertThat(second.member().incarnation()).isGreaterThan(first.member().incarnation());
    assertThat(port.sent(ClusterCommand.Leave.class)).hasSize(1);
  }

  @Test
  void aJoinOfANodeThatIsCutOffSaysSoAndTheNextIsDoneAsSoonAsItIsNot() {
    joined();
    port.mode = Mode.LOSES_REQUESTS;
    time.run(LEASE.multipliedBy(2));
    CompletableFuture<NodeLease> cutOff = join();
    time.run(BOUND.plusSeconds(1));
    CompletableFuture<NodeLease> next = join();
    time.run(Duration.ofSeconds(3));

    port.mode = Mode.ANSWERS;
    time.run(LEASE.dividedBy(3).plusMillis(300));

    assertThat(cutOff.exceptionNow())
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining(
            "it waited for the goodbye of shop/a#1, and the last attempt failed: no answer in"
                + " time");
    assertThat(next.resultNow().isHeld()).isTrue();
  }

  @Test
  void leavingGivesUpTheLeaseBeforeTheClusterHearsOfIt() {
    NodeLease lease = joined();
    CompletableFuture<Long> left = agent.leave(BOUND);
    boolean[] heldAtTheView = {true};
    port.views.onChange(() -> heldAtTheView[0] = lease.isHeld());

    time.run(Duration.ofSeconds(1));

    assertThat(left).isCompleted();
    assertThat(heldAtTheView[0]).isFalse();
    assertThat(port.views.newest().members()).isEmpty();
  }

  @Test
  void aGoodbyeThatNobodyCanHearIsNotWaitedFor() {
    NodeLease lease = joined();
    port.mode = Mode.LOSES_REQUESTS;
    CompletableFuture<Long> left = agent.leave(BOUND);
    time.run(Duration.ofSeconds(3));
    boolean early = left.isDone();
    boolean heldMeanwhile = lease.isHeld();

    port.unheardFor = Duration.ofMillis(999);
    time.run(Duration.ofSeconds(1));
    boolean perhapsForAMoment = left.isDone();
    port.unheardFor = Duration.ofSeconds(1);
    time.run(Duration.ofMillis(200));

    assertThat(early).isFalse();
    assertThat(heldMeanwhile).isFalse();
    assertThat(perhapsForAMoment).isFalse();
    assertThat(left.exceptionNow())
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("no majority of the voters is in reach");
  }

  @Test
  void aMajorityThatIsGoneIsWaitedForByAJoin() {
    port.mode = Mode.LOSES_REQUESTS;
    port.unheardFor = Duration.ofMinutes(1);
    CompletableFuture<NodeLease> joining = join();
    time.run(Duration.ofSeconds(10));
    boolean early = joining.isDone();

    port.mode = Mode.ANSWERS;
    port.unheardFor = Duration.ZERO;
    time.run(LEASE);

    assertThat(early).isFalse();
    assertThat(joining.resultNow().isHeld()).isTrue();
  }

  @Test
  void aGoodbyeThatWasNotHeardIsSaidAgainByTheNextJoin() {
    NodeLease first = joined();
    port.mode = Mode.LOSES_REQUESTS;
    CompletableFuture<Long> left = agent.leave(Duration.ofSeconds(1));
    time.run(Duration.ofSeconds(2));
    port.mode = Mode.ANSWERS;

    NodeLease second = joined();

    assertThat(left).isCompletedExceptionally();
    assertThat(first.isHeld()).isFalse();
    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void aLifeThatWasGivenBackWithoutBeingHeardIsGivenBackByTheNextJoin() {
    port.viewDelay = Duration.ofMinutes(2);
    CompletableFuture<NodeLease> joining = join();
    time.run(BOUND.minusSeconds(1));
    port.mode = Mode.LOSES_REQUESTS;
    time.run(port.viewDelay);
    port.mode = Mode.ANSWERS;
    port.viewDelay = Duration.ZERO;

    NodeLease second = joined();

    assertThat(joining).isCompletedExceptionally();
    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void aLifeThatTheClusterEndedIsLostAtOnce() {
    NodeLease lease = joined();
    long renewal = lease.member().incarnation();

    port.apply(new ClusterCommand.Expire(lease.member(), renewal));
    time.run(Duration.ofMillis(1));

    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void aGapInTheViewsEndsTheLife() {
    NodeLease lease = joined();
    ClusterView later =
        new ClusterView(9, "shop", port.views.newest().members(), port.views.newest().partitions());

    port.views.jump(later);
    time.run(Duration.ofMillis(1));

    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void anAnnouncementChangesTheStatusOnceHoweverOftenItIsSent() {
    NodeLease lease = joined();
    port.mode = Mode.LOSES_ANSWERS;
    CompletableFuture<Long> announced = agent.announce(NodeStatus.DRAINING, BOUND);
    time.run(Duration.ofSeconds(3));
    port.apply(new ClusterCommand.Announce(lease.member(), NodeStatus.ACTIVE));

    port.mode = Mode.ANSWERS;
    time.run(Duration.ofSeconds(3));

    assertThat(announced).isCompleted();
    assertThat(port.views.newest().member(SELF).orElseThrow().status())
        .isEqualTo(NodeStatus.ACTIVE);
  }

  @Test
  void anAnnouncementWithoutAnAnswerHasAnUnknownOutcomeInTime() {
    joined();
    port.mode = Mode.LOSES_ANSWERS;
    CompletableFuture<Long> announced = agent.announce(NodeStatus.DRAINING, Duration.ofSeconds(1));

    time.run(Duration.ofMillis(1200));

    assertThat(announced.exceptionNow()).isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void anAnnouncementOfANodeThatIsNoMemberIsNotMade() {
    CompletableFuture<Long> announced = agent.announce(NodeStatus.DRAINING, BOUND);

    time.run(Duration.ofMillis(1));

    assertThat(announced.exceptionNow())
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("shop/a cannot announce DRAINING: it is not a member");
  }

  @Test
  void aClusterWithOtherSettingsRefusesAtOnce() {
    port.apply(
        new ClusterCommand.Join(
            new NodeId("b", "shop"),
            TRAFFIC,
            NodeCapabilities.NONE,
            new ClusterSettings("shop", 32, LEASE, MARGIN)));
    CompletableFuture<NodeLease> joining = join();

    time.run(Duration.ofSeconds(1));

    assertThat(joining.exceptionNow()).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void joiningTwiceIsAMistake() {
    NodeLease lease = joined();
    CompletableFuture<NodeLease> again = join();

    time.run(Duration.ofSeconds(1));

    assertThat(again.exceptionNow()).isInstanceOf(IllegalStateException.class);
    assertThat(lease.isHeld()).isTrue();
  }

  @Test
  void closingGivesUpTheLeaseWithoutAWord() {
    NodeLease lease = joined();
    int said = port.sent.size();

    agent.close();
    time.run(LEASE);

    assertThat(lease.isHeld()).isFalse();
    assertThat(port.sent).hasSize(said);
    assertThat(port.views.newest().members()).hasSize(1);
  }

  private CompletableFuture<NodeLease> join() {
    return agent.join(TRAFFIC, NodeCapabilities.NONE, NodeStatus.ACTIVE, BOUND);
  }

  private NodeLease joined() {
    CompletableFuture<NodeLease> joining = join();
    time.run(Duration.ofMillis(1100));
    return joining.resultNow();
  }
}
