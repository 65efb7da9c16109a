package dev.orbit.transport.internal;

import static io.netty.channel.SelectStrategy.CONTINUE;
import static io.netty.channel.SelectStrategy.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class EagerWaitTest {
  private static final int SHORT = 20_000;

  private final AtomicBoolean looking = new AtomicBoolean();
  private long now = 1_000_000_000L;
  private final EagerWait wait = new EagerWait(looking, () -> now);

  @Test
  void sleepsAtOnceBeforeItKnowsAnything() throws Exception {
    assertThat(turn(0)).isEqualTo(SELECT);
    assertThat(looking).isFalse();
  }

  @Test
  void looksAgainAfterShortWaits() throws Exception {
    shortSleep();

    assertThat(turn(0)).isEqualTo(CONTINUE);
    now += SHORT;
    assertThat(turn(0)).as("still looking").isEqualTo(CONTINUE);
    assertThat(looking).isTrue();
    assertThat(turn(3)).as("what is ready").isEqualTo(3);
    assertThat(looking).as("while it works").isFalse();
  }

  @Test
  void sleepsWhenItHasLookedForLong() throws Exception {
    shortSleep();
    assertThat(turn(0)).isEqualTo(CONTINUE);

    now += EagerWait.MOST_NANOS - 1;
    assertThat(turn(0)).isEqualTo(CONTINUE);
    now++;
    assertThat(turn(0)).isEqualTo(SELECT);
    assertThat(looking).isFalse();
  }

  @Test
  void stopsLookingOnceWaitsAreLong() throws Exception {
    shortSleep();
    assertThat(turn(0)).isEqualTo(CONTINUE);
    now += EagerWait.MOST_NANOS;
    assertThat(turn(0)).isEqualTo(SELECT);
    now += 10_000_000_000L;

    assertThat(turn(0)).as("the next wait").isEqualTo(SELECT);

    // However long it slept, some short waits have it look again.
    int more = 0;
    do {
      now += SHORT;
      more++;
      assertThat(more).isLessThan(20);
    } while (turn(0) == SELECT);
  }

  @Test
  void leavesLookingToOneLoopAtATime() throws Exception {
    EagerWait other = new EagerWait(looking, () -> now);
    shortSleep();
    other.calculateStrategy(() -> 0, false);
    now += SHORT;
    assertThat(other.calculateStrategy(() -> 0, false)).isEqualTo(CONTINUE);

    assertThat(turn(0)).isEqualTo(SELECT);
    assertThat(looking).as("the other one's").isTrue();
    assertThat(other.calculateStrategy(() -> 1, false)).isEqualTo(1);
    now += SHORT;

    assertThat(turn(0)).isEqualTo(CONTINUE);
  }

  @Test
  void aTaskEndsAWaitAndWhatIsReadyIsTakenWithIt() throws Exception {
    shortSleep();
    assertThat(turn(0)).isEqualTo(CONTINUE);

    assertThat(wait.calculateStrategy(() -> 0, true)).isZero();
    assertThat(looking).isFalse();
    assertThat(wait.calculateStrategy(() -> 2, true)).isEqualTo(2);
  }

  @Test
  void asksNothingBeforeItSleeps() throws Exception {
    assertThat(
            wait.calculateStrategy(
                () -> {
                  throw new AssertionError("a call into the system for nothing");
                },
                false))
        .isEqualTo(SELECT);
  }

  @Test
  void paysWhereThereIsAProcessorToSpare() {
    assertThat(EagerWait.pays(2, false)).isTrue();
    assertThat(EagerWait.pays(1, false)).isFalse();
    assertThat(EagerWait.pays(2, true)).isFalse();
  }

  /** The first wait counts an eighth: one that is shorter than the limit is enough. */
  private void shortSleep() throws Exception {
    assertThat(turn(0)).isEqualTo(SELECT);
    now += SHORT;
  }

  private int turn(int ready) throws Exception {
    return wait.calculateStrategy(() -> ready, false);
  }
}
