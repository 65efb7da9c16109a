package dev.orbit.runtime.internal.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.DeactivationReason;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Calls of one actor, cancellations, deadlines, requests to leave, and the end of its node, in a
 * drawn order, also in the middle of turns. Whatever comes: each call has one answer, turns never
 * overlap, those that run do so in the order in which they were made, and in the end nothing waits.
 */
class DrawnOrderTest {
  private static final int SEEDS = 1_000;
  private static final int STEPS = 60;
  private static final List<DeactivationReason> REASONS =
      List.of(
          DeactivationReason.IDLE,
          DeactivationReason.REQUESTED,
          DeactivationReason.STATE_CONFLICT,
          DeactivationReason.MOVED);

  @Test
  void eachCallIsAnsweredOnceAndTurnsFollowOneAnother() {
    int handed = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      handed += new Drawn(seed).run();
    }
    // Or nothing of this was tried.
    assertThat(handed).isGreaterThan(SEEDS);
  }

  private static final class Drawn {
    private final long seed;
    private final ManualEnvironment environment;
    private final RandomGenerator random;
    private final LoneTable host;
    private final List<Call> calls = new ArrayList<>();
    private final List<RecordedAnswer> answers = new ArrayList<>();
    private boolean inTurn;
    private boolean overlapped;
    private int foundIdle;

    Drawn(long seed) {
      this.seed = seed;
      this.environment = new ManualEnvironment(seed);
      this.random = environment.random();
      this.host = new LoneTable(environment, 5);
      host.journal().during(this::turn);
    }

    int run() {
      for (int i = 0; i < STEPS; i++) {
        act(0);
      }
      if (random.nextBoolean()) {
        host.table().endAll();
      } else if (random.nextBoolean()) {
        host.table().abandon();
      }
      environment.settle();

      assertThat(overlapped).as("turns overlapped, seed %d", seed).isFalse();
      assertThat(answers)
          .as("answers of each call, seed %d", seed)
          .allSatisfy(answer -> assertThat(answer.all()).hasSize(1));
      assertThat(
              answers.stream()
                  .map(answer -> answer.all().getFirst())
                  .filter(Integer.class::isInstance)
                  .toList())
          .as("counts in the order of the calls, seed %d", seed)
          .isSortedAccordingTo((a, b) -> Integer.compare((Integer) a, (Integer) b))
          .doesNotHaveDuplicates();
      return foundIdle;
    }

    /** The code of each turn: others may get at it meanwhile. */
    private void turn() {
      overlapped |= inTurn;
      inTurn = true;
      for (int i = random.nextInt(4); i > 0; i--) {
        act(1);
      }
      inTurn = false;
    }

    private void act(int depth) {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> call();
        case 4, 5, 6, 7 -> environment.step();
        case 8 -> drawnCall().ifPresent(Call::cancel);
        case 9 -> drawnCall().ifPresent(call -> call.expire("a", environment.nanoTime()));
        case 10 ->
            host.table()
                .find(LoneTable.ref("x"))
                .ifPresent(present -> present.deactivate(drawnReason()));
        default -> {
          if (depth == 0 && random.nextInt(8) == 0) {
            environment.advance(LoneTable.IDLE.multipliedBy(2));
          } else if (random.nextInt(40) == 0) {
            host.table().abandon();
          }
        }
      }
    }

    private Optional<Call> drawnCall() {
      return calls.isEmpty()
          ? Optional.empty()
          : Optional.of(calls.get(random.nextInt(calls.size())));
    }

    private DeactivationReason drawnReason() {
      return REASONS.get(random.nextInt(REASONS.size()));
    }

    private void call() {
      RecordedAnswer answer = new RecordedAnswer();
      answers.add(answer);
      foundIdle +=
          host.table().find(LoneTable.ref("x")).filter(Activation::isIdle).isPresent() && !inTurn
              ? 1
              : 0;
      calls.add(host.call("x", answer));
    }
  }
}
