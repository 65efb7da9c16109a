package dev.orbit.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.env.Cancellable;
import dev.orbit.transport.HealthBoard.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthBoardTest {
  private final HealthBoard board = new HealthBoard();

  @Test
  void beginsWithThreeServicesThatDoNotServe() {
    assertThat(board.status(HealthBoard.NODE)).contains(Status.NOT_SERVING);
    assertThat(board.status(HealthBoard.ORBIT)).contains(Status.NOT_SERVING);
    assertThat(board.status(HealthBoard.RAFT)).contains(Status.NOT_SERVING);
    assertThat(board.status("shop")).isEmpty();
  }

  @Test
  void tellsWatchersOfChangesUntilTheyGo() {
    List<Optional<Status>> seen = new ArrayList<>();
    Cancellable watch = board.watch(() -> seen.add(board.status("orbit"))).orElseThrow();

    board.set("orbit", Status.SERVING);
    board.set("orbit", Status.SERVING);
    watch.cancel();
    board.set("orbit", Status.NOT_SERVING);

    assertThat(seen).containsExactly(Optional.of(Status.SERVING));
    assertThat(board.watchers()).isZero();
  }

  @Test
  void servesNothingOnceStopped() {
    board.set("orbit", Status.SERVING);

    board.stop();
    board.set("orbit", Status.SERVING);

    assertThat(board.status("orbit")).contains(Status.NOT_SERVING);
  }

  @Test
  void takesNoMoreWatchersAndServicesThanItsBounds() {
    for (int i = 0; i < HealthBoard.MAX_WATCHERS; i++) {
      int number = i;
      assertThat(board.watch(() -> assertThat(number).isNotNegative())).isPresent();
    }
    for (int i = 3; i < HealthBoard.MAX_SERVICES; i++) {
      board.set("service-" + i, Status.SERVING);
    }

    Optional<Cancellable> oneMore = board.watch(() -> {});

    assertThat(oneMore).isEmpty();
    assertThatThrownBy(() -> board.set("shop", Status.SERVING))
        .hasMessageContaining("shop")
        .hasMessageContaining("64");
  }
}
