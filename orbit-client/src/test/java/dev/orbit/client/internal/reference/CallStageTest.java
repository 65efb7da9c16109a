package dev.orbit.client.internal.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.fixture.StepEnvironment;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.transport.env.SystemEnvironment;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallStageTest {
  private final StepEnvironment environment = new StepEnvironment();
  private final CompletableFuture<@Nullable Object> outcome = new CompletableFuture<>();

  interface Greeter extends ActorWithStringKey {
    CompletableFuture<String> greet(List<String> whom);
  }

  private static Invocation call(List<String> argument) {
    ActorContract contract = ActorContract.of(Greeter.class);
    return new Invocation(
        new AddressableReference(contract.typeName(), Key.of("x")),
        contract,
        contract.method("greet").orElseThrow(),
        new Object[] {argument},
        CallContext.root(0, Duration.ofSeconds(1)));
  }

  private CallStage stage(Environment environment) {
    CallStage stage = new CallStage(environment, null, call(List.of()), 0);
    stage.endAs(outcome);
    return stage;
  }

  @Test
  void whatFollowsItRunsOnAVirtualThread() throws Exception {
    try (SystemEnvironment system = new SystemEnvironment()) {
      CompletableFuture<Boolean> isVirtual =
          stage(system).thenApply(_ -> Thread.currentThread().isVirtual());

      outcome.complete("hello");

      assertThat(isVirtual.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void failingAsCancelledCallsOffTheCall() {
    stage(environment).completeExceptionally(new CancellationException());

    assertThat(outcome).isCancelled();
  }

  @Test
  void endingOtherwiseLeavesTheCallAlone() {
    CallStage stage = stage(environment);

    stage.complete("mine");
    boolean cancelled = stage.cancel(true);

    assertThat(cancelled).isFalse();
    assertThat(outcome).isNotDone();
  }

  /** What the application throws, and nobody can look at. */
  private static final class Odd extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException("on purpose");
    }
  }

  @Test
  void aFailureThatCannotBeToldEndsIt() {
    CallStage stage = stage(environment);

    outcome.completeExceptionally(new Odd());

    assertThat(stage.exceptionNow()).isInstanceOf(IllegalStateException.class);
  }

  private final ReferenceQueue<Object> gone = new ReferenceQueue<>();
  private final List<WeakReference<Object>> ofCalls = new ArrayList<>();

  private <T> T watched(T ofCall) {
    ofCalls.add(new WeakReference<>(ofCall, gone));
    return ofCall;
  }

  private CallStage ended(
      Environment with, BiConsumer<CallStage, CompletableFuture<@Nullable Object>> end) {
    CompletableFuture<@Nullable Object> its = watched(new CompletableFuture<>());
    CallStage stage = new CallStage(with, null, call(watched(new ArrayList<>())), 0);
    stage.endAs(its);
    end.accept(stage, its);
    return stage;
  }

  /** Virtual threads that begin when the test says so. */
  private Environment queueing(List<Runnable> tasks) {
    return (Environment)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Environment.class},
            (_, method, arguments) ->
                method.getName().equals("virtualThreads")
                    ? (Executor) tasks::add
                    : method.invoke(environment, arguments));
  }

  @Test
  void whatHasEndedKeepsNothingOfItsCall() throws Exception {
    List<Runnable> tasks = new ArrayList<>();
    Environment later = queueing(tasks);
    List<CallStage> kept =
        List.of(
            ended(environment, (_, its) -> its.complete("hello")),
            ended(
                environment,
                (_, its) ->
                    its.completeExceptionally(
                        watched(OrbitException.of(ErrorCode.NOT_OWNER, "on purpose")))),
            ended(environment, (stage, _) -> stage.cancel(true)),
            ended(environment, (stage, _) -> stage.complete("mine")),
            ended(
                later,
                (stage, its) -> {
                  its.complete(watched(new Object()));
                  stage.complete("mine");
                }),
            ended(
                later,
                (stage, its) -> {
                  its.completeExceptionally(watched(new IllegalStateException("on purpose")));
                  stage.cancel(true);
                }));
    tasks.forEach(Runnable::run);
    tasks.clear();

    for (int left = ofCalls.size(); left > 0; ) {
      System.gc();
      left -= gone.remove(100) == null ? 0 : 1;
    }

    assertThat(kept).allMatch(CallStage::isDone);
  }
}
