package dev.orbit.client.internal.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.client.fixture.StepEnvironment;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.contract.ActorContract;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class CallStageTest {
  private final StepEnvironment environment = new StepEnvironment();
  private final List<WeakReference<?>> ofTheCall = new ArrayList<>();

  interface Greeter extends ActorWithStringKey {
    CompletableFuture<String> greet(List<String> whom);
  }

  private CallStage ended(@Nullable Throwable failure) {
    ActorContract contract = ActorContract.of(Greeter.class);
    List<String> argument = new ArrayList<>();
    CompletableFuture<@Nullable Object> outcome = new CompletableFuture<>();
    ofTheCall.add(new WeakReference<>(argument));
    ofTheCall.add(new WeakReference<>(outcome));
    Invocation call =
        new Invocation(
            new AddressableReference("Greeter", Key.of("x")),
            contract,
            contract.method("greet").orElseThrow(),
            new Object[] {argument},
            CallContext.root(environment.nanoTime(), Duration.ofSeconds(1)));
    CallStage stage = new CallStage(environment, null, call, environment.nanoTime());
    stage.endAs(outcome);
    if (failure == null) {
      outcome.complete("hello");
    } else {
      outcome.completeExceptionally(failure);
    }
    return stage;
  }

  @Test
  void whatHasEndedKeepsNothingOfItsCall() throws Exception {
    CallStage answered = ended(null);
    CallStage failed = ended(new IllegalStateException("on purpose"));

    while (ofTheCall.stream().anyMatch(each -> each.get() != null)) {
      System.gc();
      Thread.sleep(1);
    }

    assertThat(answered).isCompletedWithValue("hello");
    assertThat(failed).isCompletedExceptionally();
  }
}
