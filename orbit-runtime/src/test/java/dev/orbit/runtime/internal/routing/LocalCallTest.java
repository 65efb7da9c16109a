package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.contract.ActorContract;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A node that stops waits for the calls that are under way: none may be left in that count. */
class LocalCallTest {
  private final UnderWay underWay = new UnderWay();
  private final LocalCall call = counted();

  /** Counts. */
  public interface Counter extends ActorWithStringKey {
    int count();
  }

  private LocalCall counted() {
    ActorContract contract = ActorContract.of(Counter.class);
    LocalCall made =
        new LocalCall(
            new Invocation(
                new AddressableReference("test.Counter", Key.of("x")),
                contract,
                contract.method("count").orElseThrow(),
                new Object[0],
                CallContext.root(0, Duration.ofSeconds(3))),
            TestRoutes.noReferences(),
            _ -> {},
            0);
    made.countsIn(underWay);
    return made;
  }

  @Test
  void isUnderWayUntilItHasAResult() {
    int before = underWay.now();

    call.returned(7);

    assertThat(before).isEqualTo(1);
    assertThat(call).isCompletedWithValue(7);
    assertThat(underWay.now()).isZero();
  }

  @Test
  void isUnderWayUntilItFails() {
    call.threw(new IllegalStateException("no"));

    assertThat(call).isCompletedExceptionally();
    assertThat(underWay.now()).isZero();
  }

  @Test
  void isUnderWayUntilItIsCalledOff() {
    call.cancel(true);

    assertThat(underWay.now()).isZero();
  }

  @Test
  void isUnderWayUntilTheLongWayEnds() {
    CompletableFuture<@Nullable Object> longWay = new CompletableFuture<>();
    call.endAs(longWay);
    int before = underWay.now();

    longWay.complete(7);

    assertThat(before).isEqualTo(1);
    assertThat(underWay.now()).isZero();
  }

  @Test
  void endsOnceWhateverComesAfterwards() {
    call.returned(7);

    call.cancel(true);
    call.threw(new IllegalStateException("no"));
    call.countsNoMore();

    assertThat(call).isCompletedWithValue(7);
    assertThat(underWay.now()).isZero();
  }
}
