package dev.orbit.raft.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.env.Cancellable;
import dev.orbit.proto.cluster.ViewStepProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ViewLogTest {
  private final ClusterState state = new ClusterState(ClusterView.empty("shop", 64));
  private final ViewLog log = new ViewLog(state.view(), 3);

  @Test
  void aFollowerGetsEveryChangeInOrder() {
    join(1, 2, 3);

    assertThat(versionsAfter(0)).containsExactly(1L, 2L, 3L);
    assertThat(log.after(3)).isEmpty();
    assertThat(log.newest().members()).isEqualTo(state.view().members());
  }

  @Test
  void aFollowerThatIsTooFarBehindJumps() {
    join(1, 2, 3, 4);

    assertThat(log.after(0)).contains(new ViewStep.Jump(log.newest()));
    assertThat(versionsAfter(1)).containsExactly(2L, 3L, 4L);
  }

  @Test
  void aFollowerThatKnowsMoreWaits() {
    join(1);

    assertThat(log.after(5)).isEmpty();
  }

  @Test
  void afterAJumpOfTheLogItselfNothingIsTakenForAChange() {
    join(1, 2);
    ClusterView elsewhere = new ClusterView(9, "shop", List.of(), log.newest().partitions());

    log.jump(elsewhere);

    assertThat(log.after(1)).contains(new ViewStep.Jump(elsewhere));
    assertThat(log.after(8)).contains(new ViewStep.Jump(elsewhere));
    assertThat(log.after(9)).isEmpty();
  }

  @Test
  void aJumpToTheViewThatIsKnownIsNone() {
    join(1, 2);

    log.jump(log.newest());

    assertThat(versionsAfter(0)).containsExactly(1L, 2L);
  }

  @Test
  void aChangeThatDoesNotFollowIsRefused() {
    ViewDelta second = new ViewDelta(2, 64, Optional.empty(), Optional.empty(), List.of());

    assertThatThrownBy(() -> log.append(second))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the change to view 2 does not follow on view 0");
  }

  @Test
  void aSignalIsGivenUntilItIsTakenAway() {
    List<Long> seen = new ArrayList<>();
    Cancellable signal = log.onChange(() -> seen.add(log.newest().version()));
    join(1, 2);

    signal.cancel();
    join(3);

    assertThat(seen).containsExactly(1L, 2L);
  }

  @Test
  void stepsSurviveTheWire() throws Exception {
    join(1, 2);
    ViewStep change = log.after(1).orElseThrow();
    ViewStep jump = new ViewStep.Jump(log.newest());

    ViewStep changeBack =
        ViewCodec.step(ViewStepProto.parseFrom(ViewCodec.proto(change).toByteArray()));
    ViewStep.Jump jumpBack =
        (ViewStep.Jump)
            ViewCodec.step(ViewStepProto.parseFrom(ViewCodec.proto(jump).toByteArray()));

    assertThat(changeBack).isEqualTo(change);
    assertThat(jumpBack.view().members()).isEqualTo(log.newest().members());
    assertThat(jumpBack.view().partitions()).isEqualTo(log.newest().partitions());
    assertThat(jumpBack.view().version()).isEqualTo(2);
  }

  private void join(int... numbers) {
    for (int number : numbers) {
      state
          .apply(state.lastApplied() + 1, Commands.join("node" + number))
          .change()
          .ifPresent(log::append);
    }
  }

  private List<Long> versionsAfter(long seen) {
    List<Long> versions = new ArrayList<>();
    long at = seen;
    while (log.after(at).orElse(null) instanceof ViewStep.Change(ViewDelta delta)) {
      at = delta.version();
      versions.add(at);
    }
    return versions;
  }
}
