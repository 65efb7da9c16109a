package dev.orbit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ConcurrentlyTest {
  @Test
  void allRunAtOnceBecauseNodesWaitForEachOther() {
    CyclicBarrier everybody = new CyclicBarrier(3);
    Set<String> done = ConcurrentHashMap.newKeySet();

    Concurrently.forEach(
        List.of("a", "b", "c"),
        name -> {
          meet(everybody);
          done.add(name);
        });

    assertThat(done).containsExactlyInAnyOrder("a", "b", "c");
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(Duration.ofSeconds(20).toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theFirstFailureComesOutWithTheOthersInItAfterAllHaveEnded() {
    Set<String> done = ConcurrentHashMap.newKeySet();

    Throwable thrown =
        catchThrowable(
            () ->
                Concurrently.forEach(
                    List.of("a", "b", "c"),
                    name -> {
                      if (!name.equals("b")) {
                        throw new IllegalStateException(name);
                      }
                      done.add(name);
                    }));

    assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessage("a");
    assertThat(thrown.getSuppressed()).extracting(Throwable::getMessage).containsExactly("c");
    assertThat(done).containsExactly("b");
  }
}
