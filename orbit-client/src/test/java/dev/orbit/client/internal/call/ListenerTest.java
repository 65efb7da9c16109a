package dev.orbit.client.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who listens to a {@link Derived} hears of its end once, and needs no stage for it. */
@Timeout(60)
class ListenerTest {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Noting source = new Noting();

  /** Notes its own end. */
  private final class Noting extends Following<String> {
    @Override
    protected void ended() {
      events.add("ended");
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

  @Test
  void howeverItEndsItIsHeard() {
    for (int way = 0; way < 5; way++) {
      Noting each = new Noting();
      Derived.onEnd(each, this::note);
      switch (way) {
        case 0 -> {
          var _ = each.completeAsync(() -> "x", Runnable::run);
        }
        case 1 -> each.obtrudeValue("x");
        case 2 -> each.obtrudeException(new IllegalStateException("on purpose"));
        case 3 -> {
          var _ =
              each.completeAsync(
                  () -> {
                    throw new IllegalStateException("on purpose");
                  },
                  Runnable::run);
        }
        default -> each.completeOnTimeout("x", 0, TimeUnit.NANOSECONDS).join();
      }
      while (events.size() < 2) {
        Thread.onSpinWait();
      }
      assertThat(events.getFirst())
          .isEqualTo(way == 2 || way == 3 ? "heard IllegalStateException" : "heard x");
      assertThat(events.getLast()).isEqualTo("ended");
      events.clear();
    }
  }

  @Test
  void whatALateListenerThrowsStopsNobody() {
    source.complete("x");

    Derived.onEnd(
        source,
        (_, _) -> {
          throw new IllegalStateException("on purpose");
        });

    assertThat(source).isCompletedWithValue("x");
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
  void whatAListenerThrowsStopsNobody() {
    Derived.onEnd(
        source,
        (_, _) -> {
          throw new IllegalStateException("on purpose");
        });

    boolean ends = source.complete("x");

    assertThat(ends).isTrue();
    assertThat(source).isCompletedWithValue("x");
    assertThat(events).containsExactly("ended");
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
