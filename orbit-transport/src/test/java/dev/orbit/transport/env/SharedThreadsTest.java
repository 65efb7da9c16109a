package dev.orbit.transport.env;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedThreadsTest {
  private final Set<Throwable> died = ConcurrentHashMap.newKeySet();
  private final SharedThreads threads = new SharedThreads((_, thrown) -> died.add(thrown));

  @Test
  void aThreadRunsOneTaskAfterAnother() throws Exception {
    Set<Thread> used = ConcurrentHashMap.newKeySet();
    CountDownLatch over = new CountDownLatch(1_000);

    threads.executeAll(
        Collections.nCopies(
            1_000,
            () -> {
              used.add(Thread.currentThread());
              over.countDown();
            }));

    assertThat(over.await(10, SECONDS)).isTrue();
    assertThat(used).hasSizeLessThan(500).allMatch(Thread::isVirtual);
  }

  @Test
  void tasksThatBlockKeepNoOtherFromBeginning() throws Exception {
    CountDownLatch begun = new CountDownLatch(2_000);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Runnable task =
        () -> {
          begun.countDown();
          waitFor(goOn);
          ended.incrementAndGet();
        };

    threads.executeAll(Collections.nCopies(1_000, task));
    for (int i = 0; i < 1_000; i++) {
      threads.execute(task);
    }

    assertThat(begun.await(10, SECONDS)).isTrue();
    goOn.countDown();
    await().until(() -> ended.get() == 2_000);
  }

  @Test
  void aTaskThatIsGivenWhileTheOnlyThreadBlocksBegins() throws Exception {
    for (int i = 0; i < 200; i++) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      CountDownLatch second = new CountDownLatch(1);
      threads.execute(
          () -> {
            begun.countDown();
            waitFor(goOn);
          });
      assertThat(begun.await(10, SECONDS)).isTrue();

      threads.execute(second::countDown);

      assertThat(second.await(10, SECONDS)).isTrue();
      goOn.countDown();
    }
  }

  @Test
  void everyTaskRunsOnceWhoeverGivesIt() throws Exception {
    int givers = 8;
    int each = 20_000;
    AtomicIntegerArray runs = new AtomicIntegerArray(givers * each);
    CountDownLatch over = new CountDownLatch(givers * each);

    List<Thread> giving =
        IntStream.range(0, givers)
            .mapToObj(
                giver -> {
                  Runnable gives =
                      () -> {
                        for (int i = 0; i < each; i++) {
                          int number = giver * each + i;
                          threads.execute(
                              () -> {
                                runs.incrementAndGet(number);
                                if (number % 100 == 0) {
                                  LockSupport.parkNanos(1);
                                }
                                over.countDown();
                              });
                        }
                      };
                  return giver % 2 == 0
                      ? Thread.startVirtualThread(gives)
                      : Thread.ofPlatform().start(gives);
                })
            .toList();
    for (Thread giver : giving) {
      giver.join();
    }

    assertThat(over.await(30, SECONDS)).isTrue();
    for (int i = 0; i < runs.length(); i++) {
      assertThat(runs.get(i)).isEqualTo(1);
    }
  }

  @Test
  void aTaskFindsItsThreadAsANewOne() throws Exception {
    ClassLoader own = new ClassLoader() {};
    SharedThreads ofThisLoader = withContextClassLoader(own);
    InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
    inherited.set("of the giver");
    Set<String> found = ConcurrentHashMap.newKeySet();
    AtomicInteger usedAgain = new AtomicInteger();
    Set<Thread> used = ConcurrentHashMap.newKeySet();
    CountDownLatch over = new CountDownLatch(200);

    ofThisLoader.executeAll(
        Collections.nCopies(
            200,
            () -> {
              Thread thread = Thread.currentThread();
              usedAgain.addAndGet(used.add(thread) ? 0 : 1);
              found.add(
                  "%s %s %s %s"
                      .formatted(
                          thread.getName(),
                          thread.isInterrupted(),
                          own.equals(thread.getContextClassLoader()),
                          inherited.get()));
              thread.setName("somebody's");
              thread.setContextClassLoader(new ClassLoader() {});
              thread.interrupt();
              over.countDown();
            }));

    assertThat(over.await(10, SECONDS)).isTrue();
    assertThat(usedAgain).hasPositiveValue();
    assertThat(found).containsExactly("orbit-virtual false true null");
  }

  private SharedThreads withContextClassLoader(ClassLoader loader) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return new SharedThreads((_, thrown) -> died.add(thrown));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void whatATaskThrowsIsToldAndEndsNothing() throws Exception {
    CountDownLatch over = new CountDownLatch(100);

    threads.executeAll(
        IntStream.range(0, 100)
            .<Runnable>mapToObj(
                i ->
                    () -> {
                      over.countDown();
                      if (i % 2 == 0) {
                        throw new IllegalStateException("number " + i);
                      }
                      throw new AssertionError("number " + i);
                    })
            .toList());

    assertThat(over.await(10, SECONDS)).isTrue();
    await().until(() -> died.size() == 100);
  }

  @Test
  void othersGetTheProcessorsOfThreadsThatAlwaysHaveATask() throws Exception {
    SharedThreads oneLane =
        new SharedThreads(
            Thread.ofVirtual().factory(), 1, System::nanoTime, (_, thrown) -> died.add(thrown));
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch other = new CountDownLatch(1);
    try {
      // So many that every processor's thread always finds one.
      for (int i = 0; i < 8 * Runtime.getRuntime().availableProcessors(); i++) {
        goesOnForEver(oneLane, over);
      }

      Thread.startVirtualThread(other::countDown);

      assertThat(other.await(10, SECONDS)).isTrue();
    } finally {
      over.set(true);
    }
  }

  private static void goesOnForEver(SharedThreads threads, AtomicBoolean over) {
    threads.execute(
        () -> {
          if (!over.get()) {
            goesOnForEver(threads, over);
          }
        });
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
