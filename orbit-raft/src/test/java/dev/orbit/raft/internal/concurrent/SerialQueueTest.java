package dev.orbit.raft.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialQueueTest {
  @Test
  void tasksOfManyThreadsRunOneAtATimeAndNoneIsForgotten() throws InterruptedException {
    int threads = 8;
    int each = 20_000;
    AtomicInteger running = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(threads * each);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      SerialQueue queue = new SerialQueue(executor);
      Runnable task =
          () -> {
            if (running.incrementAndGet() > 1) {
              overlaps.incrementAndGet();
            }
            running.decrementAndGet();
            done.countDown();
          };

      for (int t = 0; t < threads; t++) {
        executor.execute(
            () -> {
              for (int i = 0; i < each; i++) {
                queue.execute(task);
              }
            });
      }

      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(overlaps).hasValue(0);
    }
  }

  @Test
  void tasksRunInTheOrderInWhichTheyCameAndAFailureEndsOnlyItself() {
    List<Runnable> borrowed = new ArrayList<>();
    List<Integer> ran = new ArrayList<>();
    SerialQueue queue = new SerialQueue(borrowed::add);

    queue.execute(() -> ran.add(1));
    queue.execute(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    queue.execute(() -> ran.add(3));
    while (!borrowed.isEmpty()) {
      borrowed.removeFirst().run();
    }

    assertThat(ran).containsExactly(1, 3);
  }
}
