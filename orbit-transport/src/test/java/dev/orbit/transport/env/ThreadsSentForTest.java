package dev.orbit.transport.env;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * For which tasks threads are sent, by a clock and with threads of the test, and where none can be
 * made.
 */
@Timeout(60)
class ThreadsSentForTest {
  private final Set<Throwable> died = ConcurrentHashMap.newKeySet();

  @Test
  void aTaskForWhichNoThreadCanBeMadeIsRefusedAndTheNextRuns() throws Exception {
    AtomicInteger left = new AtomicInteger();
    SharedThreads poor = oneLane(failingWhile(left));
    AtomicInteger refusedRan = new AtomicInteger();
    CountDownLatch next = new CountDownLatch(1);
    left.set(1);

    assertThatThrownBy(() -> poor.execute(refusedRan::incrementAndGet))
        .isInstanceOf(InternalError.class);
    poor.execute(next::countDown);

    assertThat(next.await(10, SECONDS)).isTrue();
    assertThat(refusedRan).hasValue(0);
  }

  @Test
  void whereNoSecondThreadCanBeMadeTheFirstRunsAll() throws Exception {
    List<Runnable> bodies = new ArrayList<>();
    ThreadFactory one =
        body -> {
          if (!bodies.isEmpty()) {
            throw new InternalError("on purpose");
          }
          bodies.add(body);
          return Thread.ofVirtual().unstarted(() -> {});
        };
    SharedThreads poor =
        new SharedThreads(
            one,
            1,
            System::nanoTime,
            (_, thrown) -> {
              died.add(thrown);
              throw new IllegalStateException("nor can it be told");
            });
    AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      poor.execute(
          () -> {
            LockSupport.parkNanos(2_000_000);
            ran.incrementAndGet();
            throw new IllegalStateException("on purpose");
          });
    }

    Thread.startVirtualThread(bodies.getFirst()).join();

    assertThat(ran).hasValue(3);
    assertThat(died).hasAtLeastOneElementOfType(InternalError.class);
  }

  @Test
  void ofAPartForWhichNoThreadCanBeMadeNothingRuns() throws Exception {
    AtomicInteger left = new AtomicInteger(1);
    SharedThreads poor = oneLane(failingWhile(left));
    AtomicInteger ran = new AtomicInteger();
    CountDownLatch next = new CountDownLatch(1);

    assertThatThrownBy(() -> poor.executeAll(Collections.nCopies(3, ran::incrementAndGet)))
        .isInstanceOf(InternalError.class);
    poor.execute(next::countDown);

    assertThat(next.await(10, SECONDS)).isTrue();
    assertThat(ran).hasValue(0);
  }

  @Test
  void whatOthersGaveMeanwhileIsNotLeftAloneWhenAThreadCannotBeMade() throws Exception {
    CountDownLatch ran = new CountDownLatch(1);
    AtomicInteger made = new AtomicInteger();
    List<SharedThreads> self = new ArrayList<>();
    ThreadFactory first =
        body -> {
          if (made.getAndIncrement() == 0) {
            // Another gives a task, and counts on the thread that is being made.
            self.getFirst().execute(ran::countDown);
            throw new InternalError("on purpose");
          }
          return Thread.ofVirtual().unstarted(body);
        };
    self.add(oneLane(first));

    assertThatThrownBy(() -> self.getFirst().execute(() -> {})).isInstanceOf(InternalError.class);

    assertThat(ran.await(10, SECONDS)).isTrue();
  }

  @Test
  void aThreadThatCameThoughItsMakerWasToldThatItCouldNotBeMadeDoesNoHarm() throws Exception {
    AtomicInteger made = new AtomicInteger();
    AtomicInteger ran = new AtomicInteger();
    CountDownLatch next = new CountDownLatch(1);
    SharedThreads threads =
        oneLane(
            body ->
                made.getAndIncrement() == 0
                    ? new Thread() {
                      @Override
                      public void start() {
                        body.run();
                        throw new InternalError("on purpose");
                      }
                    }
                    : Thread.ofVirtual().unstarted(body));

    threads.execute(ran::incrementAndGet);
    threads.execute(next::countDown);

    assertThat(next.await(10, SECONDS)).isTrue();
    assertThat(ran).hasValue(1);
  }

  @Test
  void tasksOfOneGiverAreTakenInTheirOrder() throws Exception {
    ByHand byHand = new ByHand();
    SharedThreads threads = byHand.threads();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      int number = i;
      threads.execute(() -> order.add(number));
    }

    byHand.runEachToItsEnd();

    assertThat(order).isSorted().hasSize(50);
  }

  @Test
  void whereEveryTaskBlocksEachThreadThatComesSendsForTwo() throws Exception {
    ByHand byHand = new ByHand();
    SharedThreads threads = byHand.threads();
    CountDownLatch goOn = new CountDownLatch(1);
    for (int i = 0; i < 40; i++) {
      threads.execute(() -> byHand.blocks(goOn));
    }

    // Who gave them went on: the first has nothing to complain of.
    List<Integer> coming = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      coming.add(byHand.runAllUntilTheyBlock());
    }
    goOn.countDown();

    assertThat(coming).containsExactly(1, 1, 2, 4, 8);
    byHand.runEachToItsEnd();
  }

  @Test
  void aThreadThatWasOnItsWayForLongWhileFewTasksEndedSendsForTwo() throws Exception {
    ByHand byHand = new ByHand();
    SharedThreads threads = byHand.threads();
    CountDownLatch goOn = new CountDownLatch(1);
    for (int i = 0; i < 40; i++) {
      threads.execute(() -> byHand.blocks(goOn));
    }

    byHand.micros.addAndGet(200);
    int first = byHand.runAllUntilTheyBlock();
    int second = byHand.runAllUntilTheyBlock();
    goOn.countDown();

    assertThat(List.of(first, second)).containsExactly(1, 2);
    byHand.runEachToItsEnd();
  }

  @Test
  void aThreadThatComesWhileTasksEndFastEnoughSendsForOne() throws Exception {
    ByHand byHand = new ByHand();
    SharedThreads threads = byHand.threads();
    CountDownLatch goOn = new CountDownLatch(1);
    for (int i = 0; i < 3; i++) {
      threads.execute(() -> {});
    }
    for (int i = 0; i < 10; i++) {
      threads.execute(() -> byHand.blocks(goOn));
    }

    // Three have ended while the second was on its way, for less than three streaks.
    int first = byHand.runAllUntilTheyBlock();
    byHand.micros.addAndGet(599);
    int second = byHand.runAllUntilTheyBlock();
    int third = byHand.runAllUntilTheyBlock();
    goOn.countDown();

    assertThat(List.of(first, second, third)).containsExactly(1, 1, 1);
    byHand.runEachToItsEnd();
  }

  @Test
  void noMoreThanABoundAreOnTheirWayAtATime() throws Exception {
    ByHand byHand = new ByHand();
    SharedThreads threads = byHand.threads();
    CountDownLatch goOn = new CountDownLatch(1);
    for (int i = 0; i < 400; i++) {
      threads.execute(() -> byHand.blocks(goOn));
    }

    List<Integer> coming = new ArrayList<>();
    for (int round = 0; round < 10; round++) {
      coming.add(byHand.runAllUntilTheyBlock());
    }
    goOn.countDown();

    assertThat(coming).containsExactly(1, 1, 2, 4, 8, 16, 32, 64, 64, 64);
    byHand.runEachToItsEnd();
  }

  @Test
  void threadsThatGiveUseAsManyLanesAsThereAreProcessors() throws Exception {
    ByHand byHand = new ByHand();
    SharedThreads threads =
        new SharedThreads(byHand, 3, System::nanoTime, (_, thrown) -> died.add(thrown));
    Set<Long> lanes = ConcurrentHashMap.newKeySet();

    // Numbers of threads follow one another, but for those that others make.
    while (lanes.size() < 4) {
      Thread giver = Thread.ofPlatform().start(() -> threads.execute(() -> {}));
      giver.join();
      lanes.add(giver.threadId() % 4);
    }

    assertThat(byHand.bodies).hasSize(4);
  }

  @Test
  void aThreadEndsAfterAWhileAndAnotherGoesOn() throws Exception {
    ByHand byHand = new ByHand();
    SharedThreads threads = byHand.threads();
    AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < 5; i++) {
      threads.execute(
          () -> {
            byHand.micros.addAndGet(100);
            ran.incrementAndGet();
          });
    }

    List<Integer> after = new ArrayList<>();
    while (!byHand.bodies.isEmpty()) {
      Thread.startVirtualThread(byHand.bodies.remove()).join();
      after.add(ran.get());
    }

    assertThat(after).containsExactly(2, 4, 5);
  }

  private SharedThreads oneLane(ThreadFactory factory) {
    return new SharedThreads(factory, 1, System::nanoTime, (_, thrown) -> died.add(thrown));
  }

  /** Threads whose bodies a test runs itself, by a clock that it sets. */
  private final class ByHand implements ThreadFactory {
    private final Queue<Runnable> bodies = new ConcurrentLinkedQueue<>();
    private final AtomicLong micros = new AtomicLong();
    private final Semaphore blocked = new Semaphore(0);

    SharedThreads threads() {
      return new SharedThreads(
          this, 1, () -> micros.get() * 1_000, (_, thrown) -> died.add(thrown));
    }

    @Override
    public Thread newThread(Runnable body) {
      bodies.add(body);
      return Thread.ofVirtual().unstarted(() -> {});
    }

    /** What a task does that is to block. */
    void blocks(CountDownLatch until) {
      blocked.release();
      waitFor(until);
    }

    /** Runs those that were made so far, each until it blocks; tells how many. */
    int runAllUntilTheyBlock() throws InterruptedException {
      int count = bodies.size();
      for (int i = 0; i < count; i++) {
        Thread.startVirtualThread(bodies.remove());
        assertThat(blocked.tryAcquire(10, SECONDS)).isTrue();
      }
      return count;
    }

    void runEachToItsEnd() throws InterruptedException {
      while (!bodies.isEmpty()) {
        Thread.startVirtualThread(bodies.remove()).join();
      }
    }
  }

  private static ThreadFactory failingWhile(AtomicInteger left) {
    return body -> {
      if (left.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
        throw new InternalError("on purpose");
      }
      return Thread.ofVirtual().unstarted(body);
    };
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
