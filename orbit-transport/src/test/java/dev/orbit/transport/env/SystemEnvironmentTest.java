package dev.orbit.transport.env;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.env.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemEnvironmentTest {
  private static final long MILLI = 1_000_000;

  private final SystemEnvironment environment = new SystemEnvironment();

  @AfterEach
  void close() {
    environment.close();
  }

  @Test
  void runsATaskOnceOnTheTimerThreadWhenItsTimeHasCome() throws Exception {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    long before = environment.nanoTime();

    environment.schedule(Duration.ofMillis(20), () -> ran.complete(Thread.currentThread()));
    Thread thread = ran.get(5, SECONDS);

    assertThat(environment.nanoTime() - before).isGreaterThanOrEqualTo(20_000_000L);
    assertThat(thread.getName()).isEqualTo("orbit-timer");
    assertThat(thread.isDaemon()).isTrue();
  }

  @Test
  void doesNotRunWhatWasCalledOff() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    CountDownLatch later = new CountDownLatch(1);

    Cancellable task = environment.schedule(Duration.ofMillis(20), ran::incrementAndGet);
    task.cancel();
    environment.schedule(Duration.ofMillis(40), later::countDown);

    assertThat(later.await(5, SECONDS)).isTrue();
    assertThat(ran).hasValue(0);
  }

  @Test
  void goesOnRepeatingATaskThatThrows() throws Exception {
    CountDownLatch threeTimes = new CountDownLatch(3);

    Cancellable task =
        environment.scheduleRepeatedly(
            Duration.ofMillis(1),
            () -> {
              threeTimes.countDown();
              throw new AssertionError("on purpose");
            });

    assertThat(threeTimes.await(5, SECONDS)).isTrue();
    task.cancel();
  }

  @Test
  void repetitionsThatBeganApartRunAtTheSameMoments() throws Exception {
    Duration period = Duration.ofNanos(SystemEnvironment.GRID_NANOS);
    List<Long> first = new CopyOnWriteArrayList<>();
    List<Long> second = new CopyOnWriteArrayList<>();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch enough = new CountDownLatch(4);

    environment.scheduleRepeatedly(period, () -> first.add(environment.nanoTime()));
    environment.schedule(
        period.dividedBy(3),
        () -> {
          environment.scheduleRepeatedly(
              period.multipliedBy(2),
              () -> {
                second.add(environment.nanoTime());
                enough.countDown();
              });
          begun.countDown();
        });

    assertThat(begun.await(5, SECONDS)).isTrue();
    assertThat(enough.await(10, SECONDS)).isTrue();
    // Timers are late now and then, and never too early.
    assertThat(second.stream().mapToLong(at -> distance(at, first)).sorted().toArray()[2])
        .isLessThan(SystemEnvironment.GRID_NANOS / 10);
  }

  private static long distance(long moment, List<Long> others) {
    return others.stream().mapToLong(other -> Math.abs(other - moment)).min().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 250, 250",
    "100, 250, 150",
    "130, 250, 370",
    "250, 250, 250",
    "251, 500, 499",
    "10, 1000, 990",
    "10, 300, 240",
    "10, 600, 490",
    "10, 700, 740",
    "10, 125, 115",
    "70, 125, 180",
    "10, 240, 240",
    "10, 124, 124",
    "77, 5, 5",
  })
  void aRepetitionRunsAtTheMomentThatIsNearestToTheEndOfItsPeriod(
      long now, long period, long expected) {
    assertThat(SystemEnvironment.toGrid(now * MILLI, period * MILLI)).isEqualTo(expected * MILLI);
  }

  @Test
  void aPeriodIsKeptWithinAThirdOfItselfOnceItIsInStep() {
    for (long period = 1; period <= 60_000; period++) {
      long step = SystemEnvironment.toGrid(0, period * MILLI) / MILLI;
      assertThat(step).isBetween(period - period / 3 - 1, period + period / 3);
    }
  }

  @Test
  void aPeriodIsKeptWithinHalfOfItself() {
    for (long period = 1; period <= 1_000; period++) {
      for (long now = 0; now < 250; now++) {
        long step = SystemEnvironment.toGrid(now * MILLI, period * MILLI);
        assertThat(step).isBetween(period * MILLI / 2, period * MILLI / 2 * 3);
      }
    }
  }

  @Test
  void noPeriodIsTooLongForTheGrid() {
    assertThat(SystemEnvironment.toGrid(1, Long.MAX_VALUE)).isPositive();
  }

  @Test
  void aRepetitionThatIsCalledOffRunsNoMore() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    CountDownLatch later = new CountDownLatch(1);
    Duration period = Duration.ofMillis(5);
    // On the timer's own thread: nothing else runs before it is called off.
    environment.schedule(
        Duration.ZERO, () -> environment.scheduleRepeatedly(period, ran::incrementAndGet).cancel());
    CompletableFuture<Cancellable> itself = new CompletableFuture<>();
    AtomicInteger once = new AtomicInteger();
    itself.complete(
        environment.scheduleRepeatedly(
            period,
            () -> {
              once.incrementAndGet();
              itself.join().cancel();
            }));
    environment.schedule(Duration.ofMillis(60), later::countDown);

    assertThat(later.await(5, SECONDS)).isTrue();
    assertThat(ran).hasValue(0);
    assertThat(once).hasValue(1);
  }

  @Test
  void runsTasksOnVirtualThreadsThatMayBlock() throws Exception {
    CompletableFuture<Thread> ran = new CompletableFuture<>();

    environment.virtualThreads().execute(() -> ran.complete(Thread.currentThread()));

    assertThat(ran.get(5, SECONDS).isVirtual()).isTrue();
  }

  @Test
  void survivesADelayThatIsLongerThanTheClockCanCount() {
    Cancellable task = environment.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> {});

    task.cancel();

    assertThat(environment.nanoTime()).isNotZero();
  }

  @Test
  void endsItsTimerThreadWhenClosedAndDropsWhatComesLater() throws Exception {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    environment.schedule(Duration.ZERO, () -> ran.complete(Thread.currentThread()));
    Thread timer = ran.get(5, SECONDS);

    environment.close();
    environment.schedule(Duration.ZERO, () -> {}).cancel();

    await().atMost(Duration.ofSeconds(5)).until(() -> !timer.isAlive());
  }

  @Test
  void whatAPartGivesToVirtualThreadsBeginsWhenThePartHasEnded() throws Exception {
    for (int count : new int[] {0, 1, 2, 100}) {
      CountDownLatch begun = new CountDownLatch(count);
      AtomicInteger tooEarly = new AtomicInteger();
      AtomicBoolean ended = new AtomicBoolean();

      environment.together(
          () -> {
            for (int i = 0; i < count; i++) {
              environment
                  .virtualThreads()
                  .execute(
                      () -> {
                        tooEarly.addAndGet(ended.get() ? 0 : 1);
                        begun.countDown();
                      });
            }
            LockSupport.parkNanos(20_000_000);
            ended.set(true);
          });

      assertThat(begun.await(5, SECONDS)).isTrue();
      assertThat(tooEarly).hasValue(0);
    }
  }

  @Test
  void whatAPartGivesSharesThreads() throws Exception {
    Set<Thread> used = ConcurrentHashMap.newKeySet();
    CountDownLatch over = new CountDownLatch(1_000);

    environment.together(
        () -> {
          for (int i = 0; i < 1_000; i++) {
            environment
                .virtualThreads()
                .execute(
                    () -> {
                      used.add(Thread.currentThread());
                      over.countDown();
                    });
          }
        });

    assertThat(over.await(5, SECONDS)).isTrue();
    assertThat(used).hasSizeLessThan(500);
  }

  @Test
  void eachTaskOfAPartMayBlock() throws Exception {
    CountDownLatch both = new CountDownLatch(2);

    environment.together(
        () -> {
          for (int i = 0; i < 2; i++) {
            environment
                .virtualThreads()
                .execute(
                    () -> {
                      both.countDown();
                      await().until(() -> both.getCount() == 0);
                    });
          }
        });

    assertThat(both.await(5, SECONDS)).isTrue();
  }

  @Test
  void aPartThatThrowsLosesNothing() throws Exception {
    CountDownLatch ran = new CountDownLatch(2);

    assertThatThrownBy(
            () ->
                environment.together(
                    () -> {
                      environment.virtualThreads().execute(ran::countDown);
                      environment.virtualThreads().execute(ran::countDown);
                      throw new IllegalStateException("on purpose");
                    }))
        .isInstanceOf(IllegalStateException.class);
    CompletableFuture<Thread> after = new CompletableFuture<>();
    environment.virtualThreads().execute(() -> after.complete(Thread.currentThread()));

    assertThat(ran.await(5, SECONDS)).isTrue();
    assertThat(after.get(5, SECONDS).isVirtual()).isTrue();
  }

  @Test
  void eachTaskOfEachPartRunsOnce() throws Exception {
    List<AtomicInteger> runs = new ArrayList<>();
    for (int tasks : List.of(2, 10_000, 3)) {
      environment.together(
          () -> {
            for (int i = 0; i < tasks; i++) {
              AtomicInteger each = new AtomicInteger();
              runs.add(each);
              environment.virtualThreads().execute(each::incrementAndGet);
            }
          });
    }
    CountDownLatch last = new CountDownLatch(1);
    environment.together(() -> environment.virtualThreads().execute(last::countDown));

    assertThat(last.await(5, SECONDS)).isTrue();
    await()
        .untilAsserted(
            () -> assertThat(runs).extracting(AtomicInteger::get).hasSize(10_005).containsOnly(1));
  }

  @Test
  void aPartWithinAPartBelongsToIt() throws Exception {
    CountDownLatch ran = new CountDownLatch(1);
    AtomicBoolean early = new AtomicBoolean();

    environment.together(
        () -> {
          environment.together(() -> environment.virtualThreads().execute(ran::countDown));
          LockSupport.parkNanos(20_000_000);
          early.set(ran.getCount() == 0);
        });

    assertThat(ran.await(5, SECONDS)).isTrue();
    assertThat(early).isFalse();
  }

  @Test
  void vitalTasksRunWhileVirtualThreadsHaveAllProcessors() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try {
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        environment
            .virtualThreads()
            .execute(
                () -> {
                  while (!over.get()) {
                    Thread.onSpinWait();
                  }
                });
      }
      CompletableFuture<Thread> ran = new CompletableFuture<>();

      environment.vitalThreads().execute(() -> ran.complete(Thread.currentThread()));

      assertThat(ran.get(5, SECONDS).getName()).isEqualTo("orbit-vital");
    } finally {
      over.set(true);
    }
  }

  @Test
  void vitalThreadsEndWithTheEnvironmentAndLateTasksStillRun() throws Exception {
    CompletableFuture<Thread> before = new CompletableFuture<>();
    CompletableFuture<Thread> late = new CompletableFuture<>();

    environment.vitalThreads().execute(() -> before.complete(Thread.currentThread()));
    Thread first = before.get(5, SECONDS);
    environment.close();
    boolean ended = first.join(Duration.ofSeconds(5));
    environment.vitalThreads().execute(() -> late.complete(Thread.currentThread()));

    assertThat(ended).isTrue();
    assertThat(late.get(5, SECONDS).join(Duration.ofSeconds(5))).isTrue();
  }
}
