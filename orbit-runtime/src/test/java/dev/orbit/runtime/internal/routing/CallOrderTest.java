package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Whatever breaks, nobody waits behind it for ever. How the order is kept: RouterTest. */
class CallOrderTest {
  private static final AddressableReference ACTOR = new AddressableReference("T", Key.of("x"));
  private static final Reply ANSWER = new Reply(new Content.InvocationResponse("1"), null);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final CallOrder order = new CallOrder(environment);
  private final CompletableFuture<Reply> milestone = new CompletableFuture<>();

  private static CompletableFuture<Reply> answered() {
    return CompletableFuture.completedFuture(ANSWER);
  }

  private static CompletableFuture<Reply> broken() {
    throw new IllegalStateException("on purpose");
  }

  private CompletableFuture<Reply> hold(
      Supplier<CompletableFuture<Reply>> go,
      Supplier<CompletableFuture<Reply>> asked,
      Runnable settled) {
    RoutedCall call =
        new RoutedCall(
            ACTOR,
            "work",
            "",
            null,
            false,
            CallContext.root(environment.nanoTime(), Duration.ofSeconds(10)),
            RoutedCall.PassedOn.BEGINS_HERE);
    return order.hold(call, go, asked, settled);
  }

  @Test
  void aMilestoneThatCannotBeSentHoldsNobodyUp() {
    CompletableFuture<Reply> call = hold(CallOrderTest::answered, CallOrderTest::broken, () -> {});

    assertThat(call).isCompletedWithValue(ANSWER);
    assertThat(order.isHolding(ACTOR)).isFalse();
  }

  @Test
  void aCallThatCannotBeSentFailsAndThoseBehindItGo() {
    CompletableFuture<Reply> first = hold(CallOrderTest::broken, () -> milestone, () -> {});
    CompletableFuture<Reply> second = hold(CallOrderTest::answered, () -> milestone, () -> {});
    assertThat(order.isHolding(ACTOR)).isTrue();

    milestone.complete(Replies.ACCEPTED);

    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedWithValue(ANSWER);
    assertThat(order.isHolding(ACTOR)).isFalse();
  }

  @Test
  void callsGoWhateverBecomesOfWhatWasToBeSettled() {
    CompletableFuture<Reply> call =
        hold(
            CallOrderTest::answered,
            () -> milestone,
            () -> {
              throw new IllegalStateException("on purpose");
            });

    milestone.completeExceptionally(new IllegalStateException("the way broke"));

    assertThat(call).isCompletedWithValue(ANSWER);
    assertThat(order.isHolding(ACTOR)).isFalse();
  }
}
