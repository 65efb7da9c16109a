package dev.orbit.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProcessMarkTest {
  private static final Duration LOOK = Duration.ofMillis(10);

  private static CompletableFuture<Void> end(ProcessMark mark) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                mark.awaitEnd(LOOK);
                ended.complete(null);
              } catch (InterruptedException e) {
                ended.completeExceptionally(e);
              }
            });
    return ended;
  }

  @Test
  void whoeverWaitsForTheEndOfAProcessWaitsUntilThen() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    CompletableFuture<Void> end = end(ProcessMark.of(process.toHandle()));
    boolean before = end.isDone();

    process.destroyForcibly().waitFor();

    assertThat(before).isFalse();
    end.get(10, SECONDS);
  }

  @Test
  void aLaterProcessOfTheSameIdIsNotWaitedFor() throws Exception {
    ProcessMark now = ProcessMark.current();
    ProcessMark old = new ProcessMark(now.pid(), now.startedMillis() - 3_600_000);

    end(old).get(10, SECONDS);

    assertThat(now.isAlive()).isTrue();
  }
}
