package dev.orbit.runtime.internal.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.transport.env.SystemEnvironment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TickerTest {
  private static final Duration PERIOD = Duration.ofMillis(50);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final Ticker ticker = new Ticker(environment, PERIOD, this::run);
  private Runnable within = () -> {};
  private int runs;
  private int left;

  private boolean run() {
    runs++;
    within.run();
    left--;
    return left > 0;
  }

  private void pass(int periods) {
    environment.advance(PERIOD.multipliedBy(periods));
  }

  @Test
  void restsUntilItIsWoken() {
    assertThat(environment.hasTimers()).isFalse();

    ticker.wake();
    ticker.wake();
    pass(10);

    assertThat(runs).isEqualTo(1);
    assertThat(environment.hasTimers()).isFalse();
  }

  @Test
  void runsOncePerPeriodAsLongAsThereIsSomethingToDo() {
    left = 3;
    ticker.wake();

    pass(2);
    int afterTwo = runs;
    pass(10);

    assertThat(afterTwo).isEqualTo(2);
    assertThat(runs).isEqualTo(3);
  }

  @Test
  void whoComesWhileItLooksIsSeenByTheNextRun() {
    within =
        () -> {
          within = () -> {};
          ticker.wake();
        };
    ticker.wake();

    pass(10);

    assertThat(runs).isEqualTo(2);
  }

  @Test
  void goesOnAfterAFailure() {
    within =
        () -> {
          within = () -> {};
          throw new IllegalStateException("once");
        };
    ticker.wake();

    assertThatThrownBy(() -> pass(1)).hasMessage("once");
    pass(10);

    assertThat(runs).isEqualTo(2);
  }

  @Test
  void aRunThatCannotBeginIsBegunAPeriodLater() {
    environment.refuseNext();
    ticker.wake();

    assertThatThrownBy(() -> pass(1)).hasMessage("refused");
    pass(1);

    assertThat(runs).isEqualTo(1);
  }

  @Test
  void whoeverWakesItAsARunEndsIsSeen() {
    try (SystemEnvironment real = new SystemEnvironment()) {
      AtomicInteger work = new AtomicInteger();
      Ticker busy =
          new Ticker(
              real,
              Duration.ofNanos(1),
              () -> {
                work.set(0);
                return false;
              });
      for (int i = 0; i < 2_000; i++) {
        work.set(1);
        busy.wake();
        await().pollInterval(Duration.ofNanos(1)).until(() -> work.get() == 0);
      }
      busy.stop();
    }
  }

  @Test
  void onceStoppedItRunsNoMore() {
    left = 100;
    ticker.wake();
    pass(1);

    ticker.stop();
    pass(1);
    ticker.wake();
    pass(10);

    assertThat(runs).isEqualTo(1);
    assertThat(environment.hasTimers()).isFalse();
  }
}
