package dev.orbit.client.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.filter.CallFilter;
import dev.orbit.client.internal.contract.ActorContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Filters around calls, without any call being made. */
class FilteredInvokerTest {
  @ActorType("bank.Account")
  interface Account extends ActorWithStringKey {
    long deposit(long cents);
  }

  @ActorType("bank.Clock")
  interface Clock extends ActorWithStringKey {
    long time();
  }

  private final List<String> lines = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();

  private CompletionStage<@Nullable Object> made(Invocation invocation) {
    lines.add("call " + invocation);
    return failures.isEmpty()
        ? CompletableFuture.completedFuture(7L)
        : CompletableFuture.failedFuture(failures.removeFirst());
  }

  private CallFilter writing(String name) {
    return call -> {
      lines.add(name + " " + call.target() + " " + call.method().getName() + call.arguments());
      return call.proceed().thenApply(value -> value + name);
    };
  }

  private @Nullable Object call(Invoker invoker, Class<?> contract, Object... arguments) {
    ActorContract read = ActorContract.of(contract);
    return invoker
        .invoke(
            new Invocation(
                new AddressableReference(read.typeName(), Key.of("a")),
                read,
                read.methods().getFirst(),
                arguments,
                CallContext.root(0, Duration.ofSeconds(1))))
        .toCompletableFuture()
        .join();
  }

  @Test
  void theFirstIsOutermost() {
    Invoker invoker = FilteredInvoker.of(this::made, List.of(writing("outer"), writing("inner")));

    Object result = call(invoker, Account.class, 5L);

    assertThat(result).isEqualTo("7innerouter");
    assertThat(lines)
        .containsExactly(
            "outer bank.Account/a deposit[5]",
            "inner bank.Account/a deposit[5]",
            "call bank.Account/a.deposit");
  }

  @Test
  void oneThatDoesNotApplyToATypeIsAskedAboutItOnceAndStandsAside() {
    CallFilter accounts =
        new CallFilter() {
          @Override
          public boolean appliesTo(String type) {
            lines.add("asked about " + type);
            return type.equals("bank.Account");
          }

          @Override
          public CompletionStage<@Nullable Object> call(CallFilter.Invocation call) {
            lines.add("filtered");
            return call.proceed();
          }
        };
    Invoker invoker = FilteredInvoker.of(this::made, List.of(accounts));

    call(invoker, Clock.class);
    call(invoker, Clock.class);
    call(invoker, Account.class, 1L);

    assertThat(lines)
        .containsExactly(
            "asked about bank.Clock",
            "call bank.Clock/a.time",
            "call bank.Clock/a.time",
            "asked about bank.Account",
            "filtered",
            "call bank.Account/a.deposit");
  }

  @Test
  void oneMayTryAgainAndAnotherWithinItSeesEachAttempt() {
    failures.add(new IllegalStateException("first"));
    CallFilter again = call -> call.proceed().exceptionallyCompose(failure -> call.proceed());
    Invoker invoker = FilteredInvoker.of(this::made, List.of(again, writing("inner")));

    Object result = call(invoker, Account.class, 5L);

    assertThat(result).isEqualTo("7inner");
    assertThat(lines)
        .containsExactly(
            "inner bank.Account/a deposit[5]",
            "call bank.Account/a.deposit",
            "inner bank.Account/a deposit[5]",
            "call bank.Account/a.deposit");
  }

  @Test
  void oneMayReplaceTheResultWithoutACall() {
    Invoker invoker =
        FilteredInvoker.of(
            this::made, List.of(call -> CompletableFuture.completedFuture(9L), writing("inner")));

    assertThat(call(invoker, Account.class, 5L)).isEqualTo(9L);
    assertThat(lines).isEmpty();
  }

  @Test
  void whatOneThrowsIsTheFailureOfTheCall() {
    Invoker invoker =
        FilteredInvoker.of(
            this::made,
            List.of(
                call -> {
                  throw new IllegalArgumentException("not today");
                }));

    assertThatThrownBy(() -> call(invoker, Account.class, 5L))
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not today");
  }
}
