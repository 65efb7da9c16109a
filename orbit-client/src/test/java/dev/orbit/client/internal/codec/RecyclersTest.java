package dev.orbit.client.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.core.util.BufferRecycler;

class RecyclersTest {
  @Test
  void whatIsGivenBackIsUsedAgain() {
    Recyclers pool = new Recyclers(2);
    BufferRecycler first = pool.acquirePooled();

    pool.releasePooled(first);

    assertThat(pool.acquirePooled()).isSameAs(first);
    assertThat(pool.pooledCount()).isZero();
  }

  @Test
  void nobodyHasWhatAnotherHas() {
    Recyclers pool = new Recyclers(2);

    assertThat(pool.acquirePooled()).isNotSameAs(pool.acquirePooled());
  }

  @Test
  void noMoreAreKeptThanThereAreProcessors() {
    Recyclers pool = new Recyclers(3);

    List<BufferRecycler> taken = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      taken.add(pool.acquirePooled());
    }
    taken.forEach(pool::releasePooled);

    assertThat(pool.pooledCount()).isEqualTo(4);
    assertThat(pool.clear()).isTrue();
    assertThat(pool.pooledCount()).isZero();
  }

  /** At one place all virtual threads would meet. */
  @Test
  void eachThreadLooksFirstWhereItHasLeftWhatItUsed() throws InterruptedException {
    Recyclers pool = new Recyclers(2);
    BufferRecycler mine = pool.acquirePooled();
    BufferRecycler others = pool.acquirePooled();
    pool.releasePooled(mine);
    AtomicReference<BufferRecycler> found = new AtomicReference<>();

    Thread other =
        elsewhere(
            () -> {
              pool.releasePooled(others);
              found.set(pool.acquirePooled());
            });
    other.start();
    other.join();

    assertThat(found).hasValue(others);
    assertThat(pool.acquirePooled()).isSameAs(mine);
  }

  /** A thread that looks first where this one does not. */
  private static Thread elsewhere(Runnable task) {
    Thread thread = Thread.ofVirtual().unstarted(task);
    long apart = thread.threadId() - Thread.currentThread().threadId();
    return apart % 2 == 0 ? elsewhere(task) : thread;
  }

  @Test
  void noneIsUsedByTwoAtATime() {
    Recyclers pool = new Recyclers(4);
    Set<BufferRecycler> used =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    ConcurrentLinkedQueue<String> twice = new ConcurrentLinkedQueue<>();

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 1_000; i++) {
        threads.execute(
            () -> {
              for (int j = 0; j < 50; j++) {
                BufferRecycler mine = pool.acquirePooled();
                if (!used.add(mine)) {
                  twice.add("used twice");
                }
                // Lets others run between.
                LockSupport.parkNanos(1);
                used.remove(mine);
                pool.releasePooled(mine);
              }
            });
      }
    }

    assertThat(twice).isEmpty();
  }
}
