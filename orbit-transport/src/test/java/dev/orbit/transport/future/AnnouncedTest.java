package dev.orbit.transport.future;

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

class AnnouncedTest {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Noting source = new Noting();

  /** Notes its own end. */
  private final class Noting extends Announced<String> {
    private final CountDownLatch over = new CountDownLatch(1);

    @Override
    protected void ended() {
      events.add("ended");
      over.countDown();
    }
  }

  private static final class Silent extends Announced<Integer> {}

  private void note(@Nullable String value, @Nullable Throwable failure) {
    events.add(failure == null ? "heard " + value : "heard " + failure.getClass().getSimpleName());
  }

  @Test
  void oneListenerHasNoStage() {
    Announced.onEnd(source, this::note);

    assertThat(source.getNumberOfDependents()).isZero();
  }

  @Test
  void itHearsBeforeAllIsOver() {
    Announced.onEnd(source, this::note);

    boolean first = source.complete("x");
    boolean second = source.complete("y");

    assertThat(first).isTrue();
    assertThat(second).isFalse();
    assertThat(events).containsExactly("heard x", "ended");
  }

  @Test
  void aFailureComesAsItWasGiven() {
    Announced.onEnd(source, this::note);

    source.completeExceptionally(new IllegalStateException("on purpose"));
    source.completeExceptionally(new IllegalStateException("too late"));

    assertThat(events).containsExactly("heard IllegalStateException", "ended");
  }

  @Test
  void aCancellationIsHeardOnce() {
    Announced.onEnd(source, this::note);

    source.cancel(true);
    source.cancel(true);

    assertThat(events).containsExactly("heard CancellationException", "ended");
  }

  private List<String> eventsOf(Consumer<Noting> end) throws InterruptedException {
    Noting each = new Noting();
    events.clear();
    Announced.onEnd(each, this::note);
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
    Announced.onEnd(source, this::note);
    Announced.onEnd(source, (value, _) -> events.add("also " + value));

    source.complete("x");

    assertThat(events).containsExactlyInAnyOrder("heard x", "also x", "ended");
  }

  @Test
  void whoComesAfterTheEndHearsAtOnce() {
    source.complete("x");

    Announced.onEnd(source, this::note);

    assertThat(events).containsExactly("ended", "heard x");
  }

  @Test
  void whatAListenerThrowsStopsNobodyAndIsLogged() {
    Logger logger = (Logger) LoggerFactory.getLogger(Announced.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    BiConsumer<String, Throwable> throwing =
        (_, _) -> {
          throw new IllegalStateException("on purpose");
        };

    Announced.onEnd(source, throwing);
    Announced.onEnd(source, throwing);
    boolean ends = source.complete("x");
    Announced.onEnd(source, throwing);
    logger.detachAppender(log);

    assertThat(ends).isTrue();
    assertThat(source).isCompletedWithValue("x");
    assertThat(events).containsExactly("ended");
    assertThat(log.list)
        .hasSize(3)
        .allSatisfy(line -> assertThat(line.getMessage()).isEqualTo("event=listener-failed"));
  }

  /** Who listens begins a little later each time, so that it meets the end at every moment. */
  @Test
  @SuppressWarnings(
      "ThreadPriorityCheck") // Nothing relies on it: the other may need the processor.
  void whoeverIsFasterItIsHeardOnce() throws Exception {
    int rounds = 200_000;
    AtomicReference<@Nullable Silent> next = new AtomicReference<>();
    Thread ending =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  for (int i = 0; i < rounds; i++) {
                    Silent each = next.get();
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
      Silent each = new Silent();
      AtomicInteger heard = new AtomicInteger();
      next.set(each);
      for (int later = i % 100; later > 0; later--) {
        Thread.onSpinWait();
      }
      Announced.onEnd(each, (_, _) -> heard.incrementAndGet());
      while (next.get() != null) {
        Thread.yield();
      }
      unheard += heard.get() == 1 ? 0 : 1;
    }
    ending.join();

    assertThat(unheard).isZero();
  }
}
