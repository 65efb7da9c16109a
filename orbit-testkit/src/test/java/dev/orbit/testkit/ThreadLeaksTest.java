package dev.orbit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ThreadLeaksTest {
  @Test
  void namesAThreadThatGoesOnAndForgetsOneThatEnded() throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    ThreadLeaks leaks = ThreadLeaks.watch();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("left-behind")
            .start(
                () -> {
                  try {
                    end.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });

    List<String> whileItRuns = leaks.await(Duration.ofMillis(100));
    end.countDown();
    thread.join();
    List<String> afterwards = leaks.await(Duration.ofSeconds(5));

    assertThat(whileItRuns).singleElement().asString().startsWith("left-behind at ");
    assertThat(afterwards).isEmpty();
  }
}
