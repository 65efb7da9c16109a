package dev.orbit.runtime.internal.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.placement.NodeLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoadBoardTest {
  private static final MemberId SELF = new MemberId(new NodeId("a", "shop"), 1);
  private static final MemberId B = new MemberId(new NodeId("b", "shop"), 2);
  private static final NodeLoad BUSY = new NodeLoad(0.5, 10, 3);

  private final List<CompletableFuture<NodeLoad>> asked = new ArrayList<>();
  private final List<Runnable> tasks = new ArrayList<>();
  private @Nullable RuntimeException failure;
  private boolean refuses;
  private long now = 1_000;
  private final LoadBoard board =
      new LoadBoard(
          () -> now,
          SELF,
          () -> BUSY,
          member -> {
            if (failure != null) {
              throw failure;
            }
            CompletableFuture<NodeLoad> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
          },
          task -> {
            if (refuses) {
              throw new IllegalStateException("refused");
            }
            tasks.add(task);
          });

  /** Has those asked whom somebody has wanted to know of. */
  private void run() {
    tasks.forEach(Runnable::run);
    tasks.clear();
  }

  private void pass(Duration duration) {
    now += duration.toNanos();
  }

  @Test
  void nobodyIsAskedOfWhomNobodyWantsToKnow() {
    board.placed(B);
    run();

    assertThat(asked).isEmpty();
  }

  @Test
  void ofItselfANodeKnows() {
    assertThat(board.of(SELF)).contains(BUSY);
    run();
    assertThat(asked).isEmpty();
  }

  @Test
  void whoIsWantedIsAskedOnceASecondAndOnceAtATime() {
    assertThat(board.of(B)).isEmpty();
    run();
    pass(Duration.ofSeconds(2));
    board.of(B);
    run();
    assertThat(asked).hasSize(1);

    asked.getFirst().complete(BUSY);
    assertThat(board.of(B)).contains(BUSY);
    run();
    asked.getLast().complete(BUSY);
    pass(Duration.ofMillis(999));
    board.of(B);
    run();
    assertThat(asked).hasSize(2);

    pass(Duration.ofMillis(1));
    board.of(B);
    run();

    assertThat(asked).hasSize(3);
  }

  @Test
  void whatIsOldIsNotKnown() {
    board.of(B);
    run();
    asked.getFirst().complete(BUSY);
    pass(Duration.ofSeconds(5));
    boolean still = board.of(B).isPresent();
    pass(Duration.ofMillis(1));

    assertThat(still).isTrue();
    assertThat(board.of(B)).isEmpty();
  }

  @Test
  void whatWasPlacedSinceTheQuestionIsAdded() {
    board.placed(B);
    board.of(B);
    run();
    board.placed(B);
    board.placed(B);

    asked.getFirst().complete(BUSY);

    assertThat(board.of(B)).contains(BUSY.withMore(2));
  }

  @Test
  void whoDoesNotAnswerIsAskedAgain() {
    board.of(B);
    run();
    asked.getFirst().completeExceptionally(new IllegalStateException("cut"));
    board.of(B);
    run();
    assertThat(asked).hasSize(1);

    pass(Duration.ofSeconds(1));
    board.of(B);
    run();

    assertThat(asked).hasSize(2);
  }

  @Test
  void aQuestionThatCannotBePutIsPutAgain() {
    failure = new IllegalStateException("closed");
    board.of(B);
    assertThatThrownBy(this::run).isSameAs(failure);
    failure = null;
    tasks.clear();

    pass(Duration.ofSeconds(1));
    board.of(B);
    run();

    assertThat(asked).hasSize(1);
  }

  @Test
  void whereNoThreadAsksThatIsNotTheTroubleOfWhoeverWantsToKnow() {
    refuses = true;
    assertThat(board.of(B)).isEmpty();
    refuses = false;

    pass(Duration.ofSeconds(1));
    board.of(B);
    run();

    assertThat(asked).hasSize(1);
  }

  @Test
  void whoHasLeftIsForgotten() {
    board.of(B);
    run();
    asked.getFirst().complete(BUSY);

    board.view(ClusterView.empty("shop", 1));

    assertThat(board.of(B)).isEmpty();
  }
}
