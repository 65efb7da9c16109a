package dev.orbit.raft.internal.cluster;

import static dev.orbit.raft.internal.cluster.Commands.SETTINGS;
import static dev.orbit.raft.internal.cluster.Commands.command;
import static dev.orbit.raft.internal.cluster.Commands.join;
import static dev.orbit.raft.internal.cluster.Commands.life;
import static dev.orbit.raft.internal.cluster.Commands.node;
import static dev.orbit.raft.internal.cluster.Commands.sentBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.raft.internal.cluster.ClusterCommand.Announce;
import dev.orbit.raft.internal.cluster.ClusterCommand.Barrier;
import dev.orbit.raft.internal.cluster.ClusterCommand.Expire;
import dev.orbit.raft.internal.cluster.ClusterCommand.Leave;
import dev.orbit.raft.internal.cluster.ClusterCommand.Renew;
import dev.orbit.raft.internal.cluster.CommandAnswer.Accepted;
import dev.orbit.raft.internal.cluster.CommandAnswer.Refusal;
import dev.orbit.raft.internal.cluster.CommandAnswer.Refused;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterStateTest {
  private final ClusterState state = new ClusterState(ClusterView.empty("shop", 64));

  @Test
  void theIndexOfTheJoinIsTheIncarnation() {
    ClusterState.Outcome outcome = state.apply(17, join("a"));

    assertThat(outcome.answer()).isEqualTo(new Accepted(17, 1));
    assertThat(state.view().member(node("a")).map(Member::id)).contains(life("a", 17));
    assertThat(state.view().version()).isEqualTo(1);
  }

  /**
   * The table in the essay of {@link ClusterState}, one row a case, for each status of the life
   * named.
   */
  static Stream<Arguments> table() {
    Optional<NodeStatus> nobody = Optional.empty();
    Optional<NodeStatus> joining = Optional.of(NodeStatus.JOINING);
    Optional<NodeStatus> active = Optional.of(NodeStatus.ACTIVE);
    Optional<NodeStatus> draining = Optional.of(NodeStatus.DRAINING);
    Optional<NodeStatus> stopped = Optional.of(NodeStatus.STOPPED);
    CommandEnvelope join = join("a");
    CommandEnvelope renew = command(new Renew(life("a", 1)));
    CommandEnvelope leave = command(new Leave(life("a", 1)));
    CommandEnvelope joinsAgain = command(new Announce(life("a", 1), NodeStatus.JOINING));
    CommandEnvelope activate = command(new Announce(life("a", 1), NodeStatus.ACTIVE));
    CommandEnvelope drain = command(new Announce(life("a", 1), NodeStatus.DRAINING));
    CommandEnvelope stop = command(new Announce(life("a", 1), NodeStatus.STOPPED));
    CommandEnvelope expire = command(new Expire(life("a", 1), 1));
    CommandEnvelope late = command(new Expire(life("a", 1), 0));
    CommandEnvelope barrier = command(new Barrier());
    return Stream.of(
        Arguments.of(nobody, join, "accepted", active),
        Arguments.of(joining, join, "STILL_HELD", joining),
        Arguments.of(joining, renew, "accepted", joining),
        Arguments.of(joining, joinsAgain, "accepted", joining),
        Arguments.of(joining, activate, "accepted", active),
        Arguments.of(joining, drain, "accepted", draining),
        Arguments.of(joining, stop, "accepted", stopped),
        Arguments.of(joining, leave, "accepted", nobody),
        Arguments.of(joining, expire, "accepted", nobody),
        Arguments.of(joining, late, "OVERTAKEN", joining),
        Arguments.of(active, joinsAgain, "HAS_BEGUN", active),
        Arguments.of(draining, joinsAgain, "HAS_BEGUN", draining),
        Arguments.of(stopped, joinsAgain, "STOPPED_FOR_GOOD", stopped),
        Arguments.of(active, join, "STILL_HELD", active),
        Arguments.of(draining, join, "STILL_HELD", draining),
        Arguments.of(stopped, join, "STILL_HELD", stopped),
        Arguments.of(nobody, renew, "NOT_MEMBER", nobody),
        Arguments.of(active, renew, "accepted", active),
        Arguments.of(draining, renew, "accepted", draining),
        Arguments.of(stopped, renew, "accepted", stopped),
        Arguments.of(nobody, drain, "NOT_MEMBER", nobody),
        Arguments.of(active, drain, "accepted", draining),
        Arguments.of(draining, activate, "accepted", active),
        Arguments.of(active, stop, "accepted", stopped),
        Arguments.of(draining, stop, "accepted", stopped),
        Arguments.of(stopped, activate, "STOPPED_FOR_GOOD", stopped),
        Arguments.of(stopped, drain, "STOPPED_FOR_GOOD", stopped),
        Arguments.of(stopped, stop, "accepted", stopped),
        Arguments.of(nobody, leave, "NOT_MEMBER", nobody),
        Arguments.of(active, leave, "accepted", nobody),
        Arguments.of(draining, leave, "accepted", nobody),
        Arguments.of(stopped, leave, "accepted", nobody),
        Arguments.of(nobody, expire, "NOT_MEMBER", nobody),
        Arguments.of(active, expire, "accepted", nobody),
        Arguments.of(draining, expire, "accepted", nobody),
        Arguments.of(stopped, expire, "accepted", nobody),
        Arguments.of(active, late, "OVERTAKEN", active),
        Arguments.of(draining, late, "OVERTAKEN", draining),
        Arguments.of(stopped, late, "OVERTAKEN", stopped),
        Arguments.of(nobody, barrier, "accepted", nobody),
        Arguments.of(active, barrier, "accepted", active));
  }

  @ParameterizedTest(name = "[{0}] + {1} is {2} and leaves [{3}]")
  @MethodSource("table")
  void commandsDoWhatTheTableSays(
      Optional<NodeStatus> before,
      CommandEnvelope command,
      String answer,
      Optional<NodeStatus> after) {
    before.ifPresent(
        status -> {
          state.apply(1, Commands.joining("a"));
          state.apply(2, command(new Announce(life("a", 1), status)));
        });
    long version = state.view().version();

    ClusterState.Outcome outcome = state.apply(3, command);

    assertThat(kind(outcome.answer())).isEqualTo(answer);
    assertThat(state.view().member(node("a")).map(Member::status)).isEqualTo(after);
    boolean visible = !before.equals(after);
    assertThat(outcome.change().isPresent()).isEqualTo(visible);
    assertThat(state.view().version()).isEqualTo(visible ? version + 1 : version);
  }

  @Test
  void aNodeThatGetsReadyOwnsNothingUntilItSaysThatItIsReady() {
    state.apply(1, join("a"));
    state.apply(2, Commands.joining("b"));
    long before = owned("b");

    state.apply(3, command(new Announce(life("b", 2), NodeStatus.ACTIVE)));

    assertThat(before).isZero();
    assertThat(owned("b")).isEqualTo(32);
  }

  private long owned(String key) {
    return state.view().partitions().owners().stream()
        .filter(owner -> owner.filter(id -> id.node().equals(node(key))).isPresent())
        .count();
  }

  @Test
  void commandsOfAnEarlierLifeChangeNothing() {
    state.apply(1, join("a"));
    state.apply(2, command(new Leave(life("a", 1))));
    state.apply(3, join("a"));

    Stream<ClusterCommand> late =
        Stream.of(
            new Renew(life("a", 1)),
            new Announce(life("a", 1), NodeStatus.STOPPED),
            new Leave(life("a", 1)),
            new Expire(life("a", 1), 1),
            new Expire(life("a", 1), 3));

    long[] index = {3};
    assertThat(late)
        .allSatisfy(
            command ->
                assertThat(kind(state.apply(++index[0], Commands.command(command)).answer()))
                    .isEqualTo("NOT_MEMBER"));
    assertThat(state.view().member(node("a")).map(Member::id)).contains(life("a", 3));
    assertThat(state.lastRenewals()).containsEntry(node("a"), 3L);
  }

  @Test
  void anExpiryThatARenewalOvertookIsRefused() {
    state.apply(1, join("a"));
    state.apply(2, command(new Renew(life("a", 1))));

    CommandAnswer overtaken = state.apply(3, command(new Expire(life("a", 1), 1))).answer();
    CommandAnswer right = state.apply(4, command(new Expire(life("a", 1), 2))).answer();

    assertThat(kind(overtaken)).isEqualTo("OVERTAKEN");
    assertThat(kind(right)).isEqualTo("accepted");
    assertThat(state.view().members()).isEmpty();
  }

  @Test
  void theFirstToJoinDecidesTheSettings() {
    ClusterSettings others =
        new ClusterSettings("shop", 32, Duration.ofSeconds(6), Duration.ofMillis(600));
    state.apply(1, join("a", others));

    CommandAnswer partitions = state.apply(2, join("b", SETTINGS)).answer();
    CommandAnswer lease =
        state
            .apply(
                3,
                join(
                    "b",
                    new ClusterSettings("shop", 32, Duration.ofSeconds(7), Duration.ofMillis(600))))
            .answer();

    assertThat(state.view().partitions().size()).isEqualTo(32);
    assertThat(state.settings()).contains(others);
    assertThat(kind(partitions)).isEqualTo("WRONG_SETTINGS");
    assertThat(((Refused) partitions).description()).contains("32 partitions", "64 partitions");
    assertThat(kind(lease)).isEqualTo("WRONG_SETTINGS");
    assertThat(((Refused) lease).description()).contains("lease PT6S", "lease PT7S");
  }

  @Test
  void theSettingsStayWhenEverybodyHasLeft() {
    state.apply(1, join("a"));
    state.apply(2, command(new Leave(life("a", 1))));

    CommandAnswer answer =
        state
            .apply(
                3, join("a", new ClusterSettings("shop", 8, SETTINGS.lease(), SETTINGS.margin())))
            .answer();

    assertThat(kind(answer)).isEqualTo("WRONG_SETTINGS");
  }

  @Test
  void aNodeOfAnotherClusterIsRefused() {
    CommandAnswer answer =
        state
            .apply(
                1, join("a", new ClusterSettings("bank", 64, SETTINGS.lease(), SETTINGS.margin())))
            .answer();

    assertThat(kind(answer)).isEqualTo("WRONG_CLUSTER");
    assertThat(((Refused) answer).description()).contains("'bank'", "'shop'");
  }

  @Test
  void aCommandThatComesTwiceIsAppliedOnceAndAnsweredTheSame() {
    CommandAnswer first = state.apply(1, sentBy("c", 1, join("a"))).answer();
    state.apply(2, command(new Leave(life("a", 1))));

    CommandAnswer again = state.apply(3, sentBy("c", 1, join("a"))).answer();

    assertThat(again).isEqualTo(first);
    assertThat(state.view().members()).isEmpty();
  }

  @Test
  void aCommandThatItsClientHasGivenUpIsRefused() {
    state.apply(1, sentBy("c", 1, join("a")));
    state.apply(2, sentBy("c", 3, command(new Announce(life("a", 1), NodeStatus.DRAINING))));

    CommandAnswer late =
        state
            .apply(3, sentBy("c", 2, command(new Announce(life("a", 1), NodeStatus.ACTIVE))))
            .answer();

    assertThat(kind(late)).isEqualTo("SUPERSEDED");
    assertThat(state.view().member(node("a")).map(Member::status)).contains(NodeStatus.DRAINING);
  }

  @Test
  void onlySoManyClientsAreRemembered() {
    for (int i = 1; i <= ClusterState.MAX_CLIENTS + 1; i++) {
      state.apply(i, sentBy("client" + i, 1, command(new Barrier())));
    }

    assertThat(state.clients()).hasSize(ClusterState.MAX_CLIENTS);
    assertThat(state.clients())
        .noneMatch(last -> last.client().toStringUtf8().equals("client1"))
        .anyMatch(last -> last.client().toStringUtf8().equals("client2"));
  }

  @Test
  void onlySoManyMembersAreAdmitted() {
    for (int i = 1; i <= ClusterState.MAX_MEMBERS; i++) {
      state.apply(i, join("n" + i));
    }

    CommandAnswer answer = state.apply(ClusterState.MAX_MEMBERS + 1, join("x")).answer();

    assertThat(kind(answer)).isEqualTo("TOO_MANY_MEMBERS");
  }

  @Test
  void anEntryThatComesAgainStopsTheVoter() {
    state.apply(5, join("a"));

    assertThatThrownBy(() -> state.apply(5, join("b")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("entry 5 came after entry 5");
  }

  @Test
  void aThousandMembersAreAppliedWithinTheBound() {
    for (int i = 1; i <= 1000; i++) {
      state.apply(
          i,
          join(
              "node-%04d".formatted(i),
              new ClusterSettings("shop", 1024, SETTINGS.lease(), SETTINGS.margin())));
    }
    long[] nanos = new long[100];

    for (int i = 0; i < nanos.length; i++) {
      String name = "node-%04d".formatted(i + 1);
      long begin = System.nanoTime();
      state.apply(2000 + i, command(new Leave(life(name, i + 1))));
      nanos[i] = System.nanoTime() - begin;
    }

    Arrays.sort(nanos);
    System.out.printf(
        "view change among 1,000 members: median %d us, worst %d us%n",
        nanos[50] / 1000, nanos[99] / 1000);
    assertThat(Duration.ofNanos(nanos[50])).isLessThan(Duration.ofMillis(50));
  }

  static String kind(CommandAnswer answer) {
    return switch (answer) {
      case Accepted accepted -> "accepted";
      case Refused(Refusal reason, String description, long version) -> reason.name();
    };
  }
}
