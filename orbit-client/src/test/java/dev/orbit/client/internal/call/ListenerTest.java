package dev.orbit.client.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Who listens to a {@link Derived} hears of its end once, and needs no stage for it. */
class ListenerTest {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Noting source = new Noting();

  /** Notes its own end. */
  private final class Noting extends Following<String> {
    private final CountDownLatch over = new CountDownLatch(1);

    @Override
    protected void ended() {
      events.add("ended");
      over.countDown();
    }
  }

  private void note(@Nullable String value, @Nullable Throwable failure) {
    events.add(failure == null ? "heard " + value : "heard " + failure.getClass().getSimpleName());
  }

  @Test
  void oneListenerHasNoStage() {
    Derived.onEnd(source, this::note);

    assertThat(source.getNumberOfDependents()).isZero();
  }

  @Test
  void itHearsBeforeAllIsOver() {
    Derived.onEnd(source, this::note);

    boolean first = source.complete("x");
    boolean second = source.complete("y");

    assertThat(first).isTrue();
    assertThat(second).isFalse();
    assertThat(events).containsExactly("heard x", "ended");
  }

  @Test
  void aFailureComesAsItWasGiven() {
    Derived.onEnd(source, this::note);

    source.completeExceptionally(new IllegalStateException("on purpose"));
    source.completeExceptionally(new IllegalStateException("too late"));

    assertThat(events).containsExactly("heard IllegalStateException", "ended");
  }

  @Test
  void aCancellationIsHeardOnce() {
    Derived.onEnd(source, this::note);

    source.cancel(true);
    source.cancel(true);

    assertThat(events).containsExactly("heard CancellationException", "ended");
  }

  private List<String> eventsOf(Consumer<Noting> end) throws InterruptedException {
    Noting each = new Noting();
    events.clear();
    Derived.onEnd(each, this::note);
    end.accept(each);
    each.over.await(10, TimeUnit.SECONDS);
    return List.copyOf(events);
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // It is the one that is listened to.
  void howeverItEndsItIsHeard() throws Exception {
    IllegalStateException reason = new IllegalStateException("on purpose");

    List<String> later = eventsOf(each -> each.completeAsync(() -> "x", Runnable::run));
    List<String> failingLater =
        eventsOf(
            each ->
                each.completeAsync(
                    () -> {
                      throw reason;
                    },
                    Runnable::run));
    List<String> forced = eventsOf(each -> each.obtrudeValue("x"));
    List<String> forcedToFail = eventsOf(each -> each.obtrudeException(reason));
    List<String> inTime = eventsOf(each -> each.completeOnTimeout("x", 0, TimeUnit.NANOSECONDS));
    List<String> late = eventsOf(each -> each.orTimeout(0, TimeUnit.NANOSECONDS));

    assertThat(List.of(later, forced, inTime)).containsOnly(List.of("heard x", "ended"));
    assertThat(List.of(failingLater, forcedToFail))
        .containsOnly(List.of("heard IllegalStateException", "ended"));
    assertThat(late).containsExactly("heard TimeoutException", "ended");
  }

  @Test
  void moreThanOneHear() {
    Derived.onEnd(source, this::note);
    Derived.onEnd(source, (value, _) -> events.add("also " + value));

    source.complete("x");

    assertThat(events).containsExactlyInAnyOrder("heard x", "also x", "ended");
  }

  @Test
  void whoComesAfterTheEndHearsAtOnce() {
    source.complete("x");

    Derived.onEnd(source, this::note);

    assertThat(events).containsExactly("ended", "heard x");
  }

  @Test
  void whatAListenerThrowsStopsNobodyAndIsLogged() {
    Logger logger = (Logger) LoggerFactory.getLogger(Derived.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    BiConsumer<String, Throwable> throwing =
        (_, _) -> {
          throw new IllegalStateException("on purpose");
        };

    Derived.onEnd(source, throwing);
    Derived.onEnd(source, throwing);
    boolean ends = source.complete("x");
    Derived.onEnd(source, throwing);
    logger.detachAppender(log);

    assertThat(ends).isTrue();
    assertThat(source).isCompletedWithValue("x");
    assertThat(events).containsExactly("ended");
    assertThat(log.list)
        .hasSize(3)
        .allSatisfy(line -> assertThat(line.getMessage()).isEqualTo("event=listener-failed"));
  }

  @Test
  void aChainEndsWithoutAStage() {
    Following<String> second = new Following<>();
    Following<String> third = new Following<>();
    second.endAs(source);
    third.endAs(second);
    Following<String> failing = new Following<>();
    Following<String> failed = new Following<>();
    failed.endAs(failing);

    int stages = source.getNumberOfDependents() + second.getNumberOfDependents();
    source.complete("x");
    failing.cancel(true);

    assertThat(stages).isZero();
    assertThat(third).isCompletedWithValue("x");
    assertThat(failed).isCancelled();
  }

  /** Who listens begins a little later each time, so that it meets the end at every moment. */
  @Test
  @SuppressWarnings(
      "ThreadPriorityCheck") // Nothing relies on it: the other may need the processor.
  void whoeverIsFasterItIsHeardOnce() throws Exception {
    int rounds = 200_000;
    AtomicReference<@Nullable Following<Integer>> next = new AtomicReference<>();
    Thread ending =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  for (int i = 0; i < rounds; i++) {
                    Following<Integer> each = next.get();
                    while (each == null) {
                      Thread.yield();
                      each = next.get();
                    }
                    each.complete(i);
                    next.set(null);
                  }
                });
    int unheard = 0;
    for (int i = 0; i < rounds; i++) {
      Following<Integer> each = new Following<>();
      AtomicInteger heard = new AtomicInteger();
      next.set(each);
      for (int later = i % 100; later > 0; later--) {
        Thread.onSpinWait();
      }
      Derived.onEnd(each, (_, _) -> heard.incrementAndGet());
      while (next.get() != null) {
        Thread.yield();
      }
      unheard += heard.get() == 1 ? 0 : 1;
    }
    ending.join();

    assertThat(unheard).isZero();
  }
}
