package dev.orbit.raft.internal.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.raft.internal.cluster.ViewDelta;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.simulated.NodeTime;
import dev.orbit.raft.simulated.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ViewFollowerTest {
  private final VirtualTime time = new VirtualTime(1);
  private final NodeTime node = time.node();
  private final ViewLog log = new ViewLog(ClusterView.empty("shop", 8));
  private final List<String> told = new ArrayList<>();

  @Test
  void aListenerIsToldOfThePresentViewAndOfEachLaterOne() {
    append(2);
    ViewFollower follower = follower();

    append(3);
    time.run(Duration.ofMillis(1));
    append(1);
    time.run(Duration.ofMillis(1));
    follower.cancel();
    append(1);
    time.run(Duration.ofMillis(1));

    assertThat(told).containsExactly("2", "3", "4", "5", "6");
  }

  @Test
  void aListenerThatIsSlowStillSeesEachAsLongAsTheyAreKept() {
    follower();
    time.run(Duration.ofMillis(1));

    append(ViewLog.DEFAULT_CAPACITY);
    time.run(Duration.ofMillis(1));

    assertThat(told).hasSize(ViewLog.DEFAULT_CAPACITY + 1).doesNotContain("missed");
  }

  @Test
  void aListenerThatIsTooSlowIsToldAfterwardsThatItMissedSome() {
    follower();
    time.run(Duration.ofMillis(1));

    append(ViewLog.DEFAULT_CAPACITY + 1);
    time.run(Duration.ofMillis(1));

    assertThat(told).containsExactly("0", "missed", "" + (ViewLog.DEFAULT_CAPACITY + 1));
  }

  @Test
  void aListenerThatThrowsIsToldOfTheNextViewAllTheSame() {
    ViewFollower follower =
        new ViewFollower(
            node,
            log,
            view -> {
              told.add("" + view.version());
              throw new IllegalStateException("on purpose");
            },
            () -> told.add("missed"));

    append(1);
    time.run(Duration.ofMillis(1));
    append(1);
    time.run(Duration.ofMillis(1));
    follower.cancel();

    assertThat(told).containsExactly("0", "1", "2");
  }

  private ViewFollower follower() {
    return new ViewFollower(
        node, log, view -> told.add("" + view.version()), () -> told.add("missed"));
  }

  private void append(int count) {
    for (int i = 0; i < count; i++) {
      long version = log.newest().version() + 1;
      log.append(new ViewDelta(version, 8, Optional.empty(), Optional.empty(), List.of()));
    }
  }
}
