package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class UnderWayTest {
  @Test
  void countsWhatHasBegunAndNotEnded() {
    UnderWay calls = new UnderWay();

    calls.begin();
    calls.begin();
    calls.end();
    int one = calls.now();
    calls.end();

    assertThat(one).isEqualTo(1);
    assertThat(calls.now()).isZero();
  }

  /** With what began summed first, calls that begin and end meanwhile hide the one that waits. */
  @Test
  void neverLeavesOutACallThatWaitsWhileOthersComeAndGo() throws Exception {
    UnderWay calls = new UnderWay();
    calls.begin();
    AtomicBoolean over = new AtomicBoolean();
    Thread others =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    calls.begin();
                    calls.end();
                  }
                });

    int least = Integer.MAX_VALUE;
    for (int i = 0; i < 2_000_000; i++) {
      least = Math.min(least, calls.now());
    }
    over.set(true);
    others.join();

    assertThat(least).isEqualTo(1);
  }
}
