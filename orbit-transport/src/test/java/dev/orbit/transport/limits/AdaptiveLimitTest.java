package dev.orbit.transport.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {
  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST = 10_000;

  private final AdaptiveLimit limit = AdaptiveLimit.upTo(MOST);
  private long now;

  /** Lets as much time pass as an interval takes, in which that happens. */
  private void interval(int underWay, Runnable whatHappens) {
    for (int i = 0; i < 5; i++) {
      whatHappens.run();
      now += STEP;
      limit.look(now, underWay);
    }
  }

  private void overloaded(int underWay) {
    interval(
        underWay,
        () -> {
          limit.answered(TIMEOUT * 4 / 5);
          limit.missed(TIMEOUT);
        });
  }

  private void cut(int underWay) {
    limit.look(now, underWay);
    overloaded(underWay);
    overloaded(underWay);
  }

  @Test
  void fewerAreLetToANodeWhoseFastestAnswersAreLate() {
    cut(2_000);

    // Half of those under way would have been answered after two fifths of their time.
    assertThat(limit.limit()).isEqualTo(1_000);
  }

  @Test
  void whatWasSentBeforeTheCutDoesNotCountAgain() {
    cut(2_000);
    // The queue that made it late is still there.
    overloaded(1_500);
    overloaded(1_200);

    assertThat(limit.limit()).isEqualTo(1_000);
  }

  @Test
  void oneActorThatIsSlowLimitsNobody() {
    limit.look(now, 2_000);
    for (int i = 0; i < 100; i++) {
      interval(
          2_000,
          () -> {
            limit.missed(TIMEOUT);
            limit.answered(TIMEOUT * 4 / 5);
            limit.answered(TIMEOUT / 100);
          });
    }

    assertThat(limit.limit()).isEqualTo(MOST);
  }

  @Test
  void slowAnswersThatAreInTimeLimitNobody() {
    limit.look(now, 2_000);
    for (int i = 0; i < 100; i++) {
      interval(2_000, () -> limit.answered(TIMEOUT * 9 / 10));
    }

    assertThat(limit.limit()).isEqualTo(MOST);
  }

  @Test
  void aNodeThatSaysNothingIsNotOverloaded() {
    limit.look(now, 2_000);
    for (int i = 0; i < 100; i++) {
      interval(2_000, () -> limit.missed(TIMEOUT));
    }

    assertThat(limit.limit()).isEqualTo(MOST);
  }

  @Test
  void whereAllAnswersComeTooLateAQuarterIsLeft() {
    limit.look(now, 2_000);
    for (int i = 0; i < 2; i++) {
      interval(
          2_000,
          () -> {
            limit.missed(TIMEOUT);
            limit.late();
          });
    }

    assertThat(limit.limit()).isEqualTo(500);
  }

  @Test
  void aPauseOfThisEndIsNotTheNodesFault() {
    limit.look(now, 2_000);
    for (int i = 0; i < 20; i++) {
      overloaded(2_000);
      interval(2_000, () -> limit.answered(TIMEOUT / 100));
    }

    assertThat(limit.limit()).isEqualTo(MOST);
  }

  @Test
  void fewWhoHaveTooLittleTimeLimitNobody() {
    limit.look(now, 2_000);
    for (int i = 0; i < 20; i++) {
      interval(
          2_000,
          () -> {
            limit.missed(TIMEOUT / 20);
            for (int answer = 0; answer < 10; answer++) {
              limit.answered(TIMEOUT / 10);
            }
          });
    }

    assertThat(limit.limit()).isEqualTo(MOST);
  }

  @Test
  void whatIsAnsweredAtOnceIsNotLateHoweverLittleTimeThereWas() {
    limit.look(now, 2_000);
    for (int i = 0; i < 20; i++) {
      interval(
          2_000,
          () -> {
            limit.missed(TIMEOUT / 1_000);
            limit.answered(TIMEOUT / 100);
          });
    }

    assertThat(limit.limit()).isEqualTo(MOST);
  }

  @Test
  void aSlowActorDoesNotKeepTheLimitDown() {
    cut(2_000);
    now += TIMEOUT;
    limit.look(now, 0);
    for (int i = 0; i < 50; i++) {
      interval(
          1_000,
          () -> {
            limit.missed(TIMEOUT);
            limit.answered(TIMEOUT / 100);
          });
    }

    assertThat(limit.limit()).isEqualTo(MOST);
  }

  @Test
  void moreAreLetToItAgainWhenItAnswersSoonUntilAllAre() {
    cut(2_000);
    now += TIMEOUT;
    limit.look(now, 0);
    interval(1_000, () -> limit.answered(TIMEOUT / 10));
    int once = limit.limit();
    for (int i = 0; i < 50; i++) {
      interval(1_000, () -> limit.answered(TIMEOUT / 10));
    }

    assertThat(once).isBetween(1_050, 1_150);
    assertThat(limit.limit()).isEqualTo(MOST);
  }

  @Test
  void whereTheWorkIsGoneThatTakesFewIntervals() {
    cut(2_000);
    now += TIMEOUT;
    limit.look(now, 0);
    for (int i = 0; i < 5; i++) {
      interval(1_000, () -> limit.answered(TIMEOUT / 100));
    }

    assertThat(limit.limit()).isEqualTo(MOST);
  }

  @Test
  void betweenSoonAndLateItStaysWhereItIs() {
    cut(2_000);
    now += TIMEOUT;
    limit.look(now, 0);
    for (int i = 0; i < 50; i++) {
      interval(1_000, () -> limit.answered(TIMEOUT / 3));
    }

    assertThat(limit.limit()).isEqualTo(1_000);
  }

  @Test
  void someAreAlwaysLetToIt() {
    for (int i = 0; i < 100; i++) {
      now += TIMEOUT;
      cut(10);
    }

    assertThat(limit.limit()).isEqualTo(8);
  }

  @Test
  void anotherProcessBeginsAtTheMost() {
    cut(2_000);
    limit.reset();

    assertThat(limit.limit()).isEqualTo(MOST);
  }

  @Test
  void oneThatIsFixedStays() {
    AdaptiveLimit fixed = AdaptiveLimit.fixed(100);
    for (int i = 0; i < 10; i++) {
      fixed.missed(TIMEOUT);
      fixed.answered(TIMEOUT);
      fixed.look(now += TIMEOUT, 100);
    }

    assertThat(fixed.limit()).isEqualTo(100);
  }

  /** A node of so much capacity, in a queue, asked for twice as much. */
  @Test
  void aNodeThatIsAskedForTwiceAsMuchAsItCanDoKeepsItsDeadlines() {
    int inTime = 0;
    int capacity = 50;
    ArrayDeque<Long> queue = new ArrayDeque<>();
    limit.look(now, 0);
    int ticks = 2_000;
    for (int tick = 0; tick < ticks; tick++) {
      for (int i = 0; i < 2 * capacity && queue.size() < limit.limit(); i++) {
        queue.add(now);
      }
      for (int i = 0; i < capacity && !queue.isEmpty(); i++) {
        long took = now + STEP - queue.remove();
        if (took > TIMEOUT) {
          limit.missed(TIMEOUT);
          limit.late();
        } else {
          limit.answered(took);
          inTime++;
        }
      }
      now += STEP;
      limit.look(now, queue.size());
    }

    // Without the limit nearly nothing is in time: the queue grows by a second each second.
    assertThat(inTime).isGreaterThan(ticks * capacity * 9 / 10);
    assertThat(limit.limit()).isBetween(200, 1_400);
  }
}
