package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.runtime.internal.hosting.Answer;
import dev.orbit.runtime.internal.hosting.Call;
import dev.orbit.runtime.internal.hosting.Watched;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.transport.env.SystemEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallWatchTest {
  private static final Duration TICK = Duration.ofMillis(10);
  private static final Duration LONG_TURN = Duration.ofSeconds(10);
  private static final MethodContract METHOD =
      ActorContract.of(Waits.class).method("await").orElseThrow();

  private final ManualEnvironment environment = new ManualEnvironment();
  private final CallWatch watch = new CallWatch(environment, "a", LONG_TURN);
  private final List<String> refused = new ArrayList<>();

  /** Waits. */
  interface Waits extends ActorWithStringKey {
    void await(String until);
  }

  private Call call(String key, Duration timeout) {
    Call call =
        new Call(
            new AddressableReference("test.Waits", Key.of(key)),
            METHOD,
            CallContext.root(environment.nanoTime(), timeout),
            () -> new @Nullable Object[0],
            new Refusals(key));
    watch.add(call);
    return call;
  }

  private final class Refusals implements Answer {
    private final String key;

    Refusals(String key) {
      this.key = key;
    }

    @Override
    public void returned(@Nullable Object value) {
      throw new AssertionError("nothing runs here");
    }

    @Override
    public void threw(Throwable failure) {
      throw new AssertionError("nothing runs here");
    }

    @Override
    public void refused(OrbitException reason) {
      refused.add(key);
    }
  }

  @Test
  void expiresWithinTwoTicksOfTheDeadlineAndNotBefore() {
    Duration timeout = TICK.multipliedBy(55);
    call("x", timeout);

    environment.advance(timeout.minusNanos(1));
    List<String> before = List.copyOf(refused);
    environment.advance(TICK.multipliedBy(2));

    assertThat(before).isEmpty();
    assertThat(refused).containsExactly("x");
  }

  @Test
  void callsExpireInTheOrderInWhichTheyArrived() {
    call("one", TICK.multipliedBy(5));
    call("two", TICK.multipliedBy(5));
    environment.advance(TICK);
    call("three", TICK.multipliedBy(4));

    environment.advance(TICK.multipliedBy(10));

    assertThat(refused).containsExactly("one", "two", "three");
  }

  @Test
  void oneThatIsAnsweredIsForgotten() {
    Call call = call("x", TICK.multipliedBy(5));

    call.take();
    environment.advance(TICK.multipliedBy(10));

    assertThat(refused).isEmpty();
  }

  @Test
  void nothingExpiresAfterItWasStopped() {
    call("x", TICK.multipliedBy(5));

    watch.stop();
    environment.advance(TICK.multipliedBy(10));

    assertThat(refused).isEmpty();
  }

  @Test
  void whoIsToldThatACallExpiresMayWaitForTheEnd() {
    boolean[] ended = new boolean[1];
    watch.add(
        new Watched() {
          @Override
          public boolean isOver() {
            return ended[0];
          }

          @Override
          public long remainingNanos(long nowNanos) {
            return 0;
          }

          @Override
          public void expire(String node, long nowNanos) {
            ended[0] =
                CompletableFuture.runAsync(watch::end)
                    .orTimeout(5, TimeUnit.SECONDS)
                    .handle((_, failure) -> failure == null)
                    .join();
          }
        });

    environment.advance(TICK);

    assertThat(ended[0]).isTrue();
  }

  @Test
  void nothingTicksWhereNothingIsWatched() {
    boolean atFirst = environment.hasTimers();
    Call call = call("x", TICK.multipliedBy(500));
    boolean withACall = environment.hasTimers();
    call.take();
    environment.advance(TICK.multipliedBy(11));

    assertThat(atFirst).isFalse();
    assertThat(withACall).isTrue();
    assertThat(environment.hasTimers()).isFalse();
  }

  @Test
  void ticksAgainForACallAfterAPause() {
    call("x", TICK.multipliedBy(500)).take();
    environment.advance(TICK.multipliedBy(100));
    call("y", TICK.multipliedBy(5));

    environment.advance(TICK.multipliedBy(7));

    assertThat(refused).containsExactly("y");
  }

  /** Expires once; counts how often it was told to. */
  private static final class Expiring implements Watched {
    private final AtomicInteger expired = new AtomicInteger();

    @Override
    public boolean isOver() {
      return expired.get() > 0;
    }

    @Override
    public long remainingNanos(long nowNanos) {
      return 0;
    }

    @Override
    public void expire(String node, long nowNanos) {
      expired.incrementAndGet();
    }
  }

  @Test
  void eachOfManyThatAreAddedWhileItTicksExpiresOnce() throws Exception {
    List<Expiring> all = Stream.generate(Expiring::new).limit(40_000).toList();
    try (SystemEnvironment real = new SystemEnvironment()) {
      CallWatch busy = new CallWatch(real, "a", LONG_TURN);
      List<Thread> adding = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        List<Expiring> part = all.subList(10_000 * i, 10_000 * (i + 1));
        adding.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (Expiring each : part) {
                        busy.add(each);
                        LockSupport.parkNanos(1);
                      }
                    }));
      }
      for (Thread each : adding) {
        each.join();
      }

      await()
          .untilAsserted(
              () -> assertThat(all).extracting(each -> each.expired.get()).containsOnly(1));
    }
  }
}
