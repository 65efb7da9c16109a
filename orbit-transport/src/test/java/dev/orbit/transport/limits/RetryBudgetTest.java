package dev.orbit.transport.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private static int takeAll(RetryBudget budget, long now) {
    int taken = 0;
    while (budget.take(now)) {
      taken++;
    }
    return taken;
  }

  @Test
  void repetitionsStayATenthOfTheLoad() {
    RetryBudget budget = new RetryBudget(10, 0);
    int repeated = 0;
    for (int i = 0; i < 10_000; i++) {
      budget.attempted();
      if (budget.take(i)) {
        repeated++;
      }
    }

    assertThat(repeated).isBetween(1000, 1011);
  }

  @Test
  void timePaysWhereCallsPayLess() {
    RetryBudget budget = new RetryBudget(100, 10);
    takeAll(budget, 0);
    for (int i = 0; i < 50; i++) {
      budget.attempted();
    }

    assertThat(takeAll(budget, SECOND)).isEqualTo(10);
    assertThat(takeAll(budget, SECOND + SECOND / 10)).isEqualTo(1);
  }

  @Test
  void timePaysNothingWhereCallsPayMore() {
    RetryBudget budget = new RetryBudget(1_000, 10);
    takeAll(budget, 0);
    for (int i = 0; i < 5_000; i++) {
      budget.attempted();
    }

    assertThat(takeAll(budget, SECOND)).isEqualTo(500);
  }

  @Test
  void aLongQuietTimeFillsTheReserveAndNoMore() {
    RetryBudget budget = new RetryBudget(100, 10);
    takeAll(budget, 0);

    assertThat(takeAll(budget, Duration.ofDays(365).toNanos())).isEqualTo(100);
  }

  @Test
  void whatNobodyNeedsLeavesHalfOfTheReserve() {
    RetryBudget budget = new RetryBudget(10, 0);
    int spare = 0;
    while (budget.takeSpare(0)) {
      spare++;
    }

    assertThat(spare).isEqualTo(5);
    assertThat(takeAll(budget, 0)).isEqualTo(5);
  }

  @Test
  void whatIsGivenBackIsThereAgain() {
    RetryBudget budget = new RetryBudget(1, 0);
    boolean first = budget.take(0);
    budget.giveBack();
    budget.giveBack();

    assertThat(first).isTrue();
    assertThat(takeAll(budget, 0)).isEqualTo(1);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> new RetryBudget(0, 1)).hasMessageContaining("reserve=0");
    assertThatThrownBy(() -> new RetryBudget(1, -1)).hasMessageContaining("perSecond=-1");
  }
}
