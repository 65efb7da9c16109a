package dev.orbit.client.internal.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithInt32Key;
import dev.orbit.api.ActorWithNoKey;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.CallSettings;
import dev.orbit.api.OneWay;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.client.fixture.StepEnvironment;
import dev.orbit.client.fixture.TurnOfContext;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.call.CurrentTurn;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.call.Invoker;
import dev.orbit.client.internal.call.TypeTimeouts;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.Addressed;
import dev.orbit.proto.CallLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReferenceFactoryTest {
  static final class Refusal extends Exception {
    Refusal(String message) {
      super(message);
    }
  }

  @ActorType("bank.Account")
  interface Account extends ActorWithStringKey {
    long deposit(long cents) throws Refusal;

    void close();

    @OneWay
    void touch(String why);

    CompletionStage<Long> balance() throws Refusal;

    CompletableFuture<Void> flush();
  }

  interface Counter extends ActorWithInt32Key {
    int next();
  }

  interface Clock extends ActorWithNoKey {
    int tick();
  }

  interface Broken extends ActorWithNoKey {
    void run(Object any);
  }

  private static final class FakeInvoker implements Invoker {
    private final List<Invocation> invocations = new ArrayList<>();
    private final List<ActorContract> checked = new ArrayList<>();
    private Function<Invocation, CompletionStage<@Nullable Object>> behaviour =
        invocation -> CompletableFuture.completedFuture(null);

    @Override
    public CompletionStage<@Nullable Object> invoke(Invocation invocation) {
      invocations.add(invocation);
      return behaviour.apply(invocation);
    }

    @Override
    public void check(ActorContract contract) {
      checked.add(contract);
    }

    void answers(@Nullable Object value) {
      behaviour = invocation -> CompletableFuture.completedFuture(value);
    }

    void fails(Throwable failure) {
      behaviour = invocation -> CompletableFuture.failedFuture(failure);
    }
  }

  private final StepEnvironment environment = new StepEnvironment(1_000);
  private final FakeInvoker invoker = new FakeInvoker();
  private final ReferenceFactory actors =
      new ReferenceFactory(environment, invoker, CallOptions.DEFAULT);
  private final Account alice = actors.get(Account.class, "alice");

  @Test
  void turnsACallIntoAnInvocation() throws Exception {
    invoker.answers(7L);

    long balance = alice.deposit(5);

    assertThat(balance).isEqualTo(7);
    Invocation made = invoker.invocations.getFirst();
    assertThat(made).hasToString("bank.Account/alice.deposit");
    assertThat(made.arguments()).containsExactly(5L);
    assertThat(made.context().deadlineNanos()).isEqualTo(1_000 + 30_000_000_000L);
    assertThat(made.context().chain()).isEmpty();
  }

  @Test
  void makesReferencesForEveryKindOfKey() {
    invoker.answers(1);

    actors.get(Counter.class, 5).next();
    actors.get(Clock.class).tick();

    assertThat(invoker.invocations)
        .extracting(i -> i.target().key())
        .containsExactly(Key.of(5), Key.NONE);
  }

  @Test
  void tellsReferencesApartByAddress() {
    Account again = actors.get(Account.class, "alice");
    Account bob = actors.get(Account.class, "bob");

    assertThat(again).isEqualTo(alice).hasSameHashCodeAs(alice).hasToString("bank.Account/alice");
    assertThat(bob).isNotEqualTo(alice);
    assertThat((Object) alice).isNotEqualTo("bank.Account/alice");
    assertThat(Addressed.addressOf(bob))
        .contains(new AddressableReference("bank.Account", Key.of("bob")));
    assertThat(Addressed.addressOf("bob")).isEmpty();
  }

  @Test
  void checksAContractOnceBeforeItsFirstReference() {
    actors.get(Account.class, "bob");

    assertThat(invoker.checked).containsExactly(ActorContract.of(Account.class));
    assertThatThrownBy(() -> actors.get(Broken.class)).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void refusesAKeyOfAnotherKindThanTheContracts() {
    assertThatThrownBy(() -> actors.resolve(Counter.class, Key.of("five")))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("is named by a 32-bit integer, not by 'five'");
  }

  @Test
  void returnsFromOneWayAndVoidMethods() {
    alice.touch("now");
    alice.close();

    assertThat(invoker.invocations)
        .extracting(i -> i.method().oneWay())
        .containsExactly(true, false);
  }

  @Test
  void inheritsDeadlineAndChainOfTheCallingTurn() {
    AddressableReference caller = new AddressableReference("Order", Key.of(7));
    CallContext turn =
        CallContext.root(1_000, Duration.ofSeconds(2)).within(new CallLink(caller, "close", 7));

    CurrentTurn.run(new TurnOfContext(turn), alice::close);

    CallContext made = invoker.invocations.getFirst().context();
    assertThat(made.deadlineNanos()).isEqualTo(turn.deadlineNanos());
    assertThat(made.chain()).containsExactly(new CallLink(caller, "close", 7));
  }

  @Test
  void doesNotCallOnceTheDeadlineOfTheTurnHasPassed() {
    CallContext turn = CallContext.root(1_000, Duration.ofSeconds(2));
    environment.advance(Duration.ofSeconds(2));

    assertThatThrownBy(() -> CurrentTurn.run(new TurnOfContext(turn), alice::close))
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_BEFORE_EXECUTION));

    assertThat(invoker.invocations).isEmpty();
  }

  @Test
  void throwsADeclaredExceptionAsItselfWithBothStacks() {
    Refusal refusal = new Refusal("balance is 3");
    refusal.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement("bank.AccountActor", "deposit", "A.java", 9)
        });
    invoker.fails(new ActorFailedException(ErrorCode.ACTOR_FAILED, "threw", refusal));

    assertThatThrownBy(() -> alice.deposit(5))
        .isExactlyInstanceOf(Refusal.class)
        .hasMessage("balance is 3")
        .satisfies(e -> assertTellsTheWholeStory(e, "bank.Account/alice.deposit"));
  }

  @Test
  void wrapsAnExceptionThatIsNotDeclared() {
    invoker.fails(
        new ActorFailedException(
            ErrorCode.ACTOR_FAILED, "threw x", new IllegalStateException("x"), "x.Y"));

    assertThatThrownBy(alice::close)
        .isInstanceOfSatisfying(
            ActorFailedException.class, e -> assertThat(e.remoteType()).contains("x.Y"))
        .hasCauseExactlyInstanceOf(IllegalStateException.class);
  }

  @Test
  void givesEachCallerItsOwnCopyOfAFailure() {
    NotExecutedException shared =
        new NotExecutedException(ErrorCode.OVERLOADED, "full", null, Duration.ofMillis(3));
    StackTraceElement[] before = shared.getStackTrace();
    invoker.fails(shared);

    assertThatThrownBy(alice::close)
        .isNotSameAs(shared)
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            e -> assertThat(e.retryAfter()).contains(Duration.ofMillis(3)))
        .hasMessage("ORBIT-1002: full")
        .satisfies(e -> assertTellsTheWholeStory(e, "bank.Account/alice.close"));

    assertThat(shared.getStackTrace()).isEqualTo(before);
  }

  private static void assertTellsTheWholeStory(Throwable failure, String call) {
    List<StackTraceElement> frames = List.of(failure.getStackTrace());
    StackTraceElement line = new StackTraceElement("orbit", "call", call, -1);
    int at = frames.indexOf(line);
    assertThat(at).isPositive();
    assertThat(frames.subList(at + 1, frames.size()))
        .anyMatch(f -> f.getClassName().startsWith(ReferenceFactoryTest.class.getName()));
  }

  @Test
  void copiesEveryKindOfFailureFaithfully() {
    for (ErrorCode code : ErrorCode.values()) {
      invoker.fails(OrbitException.of(code, "what"));

      assertThatThrownBy(alice::close)
          .isInstanceOfSatisfying(OrbitException.class, e -> assertThat(e.code()).isEqualTo(code))
          .hasSameClassAs(OrbitException.of(code, "what"));
    }
  }

  @Test
  void ofADeadlineItSaysForWhichCallAndHowLongItHasWaitedInAll() {
    invoker.fails(
        OrbitException.of(
            ErrorCode.DEADLINE_DURING_EXECUTION, "node b did not answer message 7 within 3 ms"));

    assertThatThrownBy(alice::close)
        .hasMessageMatching(
            "ORBIT-2002: bank.Account/alice.close: node b did not answer message 7 within 3 ms;"
                + " its caller has waited for \\d+ ms");
  }

  @Test
  void saysThatTheOutcomeIsUnknownWhenTheRuntimeItselfFails() {
    invoker.fails(new IllegalStateException("a defect"));

    assertThatThrownBy(alice::close)
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("a defect");
  }

  @Test
  void givesAStageAtOnce() {
    CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
    invoker.behaviour = invocation -> answer;

    CompletableFuture<Long> balance = stageOf(alice);
    assertThat(balance).isNotDone();
    answer.complete(12L);

    assertThat(balance).isCompletedWithValue(12L);
  }

  private static CompletableFuture<Long> stageOf(Account account) {
    try {
      return account.balance().toCompletableFuture();
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void failsAStageWithTheDeclaredException() {
    invoker.fails(new ActorFailedException(ErrorCode.ACTOR_FAILED, "threw", new Refusal("no")));

    CompletableFuture<Long> balance = stageOf(alice);

    assertThatThrownBy(balance::get)
        .hasCauseExactlyInstanceOf(Refusal.class)
        .cause()
        .satisfies(
            refusal ->
                assertThat(refusal.getStackTrace())
                    .noneMatch(frame -> frame.getClassName().endsWith("CallStage")));
  }

  @Test
  void cancelsTheCallWhenItsStageIsCancelled() {
    CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
    invoker.behaviour = invocation -> answer;

    alice.flush().cancel(true);

    assertThat(answer).isCancelled();
  }

  @Test
  void cancelsTheCallOfAnInterruptedThread() {
    CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
    invoker.behaviour =
        invocation -> {
          Thread.currentThread().interrupt();
          return answer;
        };

    Throwable failure = catchThrowable(alice::close);
    boolean stillInterrupted = Thread.interrupted();

    assertThat(failure)
        .isInstanceOfSatisfying(
            OutcomeUnknownException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED_DURING_EXECUTION))
        .hasMessageContaining("bank.Account/alice.close was interrupted");
    assertThat(stillInterrupted).isTrue();
    assertThat(answer).isCancelled();
  }

  @Test
  void givesUpByItselfWhenTheDeadlinePassesWithoutAWord() {
    CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
    invoker.behaviour =
        invocation -> {
          environment.advance(Duration.ofSeconds(31));
          return answer;
        };

    assertThatThrownBy(alice::close)
        .isInstanceOfSatisfying(
            OutcomeUnknownException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_DURING_EXECUTION))
        .hasMessageContaining("bank.Account/alice.close was not answered by its deadline");

    assertThat(answer).isCancelled();
  }

  @Test
  void aConfiguredTimeoutWinsOverTheDefaultAndACallsOwnOverIt() throws Exception {
    invoker.answers(7L);
    ReferenceFactory configured =
        new ReferenceFactory(
            environment,
            invoker,
            new CallOptions(
                Duration.ofSeconds(30),
                Map.of(
                    "bank.Account",
                    new TypeTimeouts(Optional.of(Duration.ofSeconds(5)), Map.of()))));

    var _ = configured.get(Account.class, "bob").deposit(1);
    var _ =
        configured
            .with(CallSettings.timeout(Duration.ofSeconds(2)))
            .get(Account.class, "bob")
            .deposit(1);

    assertThat(invoker.invocations)
        .extracting(i -> (i.context().deadlineNanos() - 1_000) / 1_000_000_000)
        .containsExactly(5L, 2L);
  }

  @Test
  void aTimeoutOfAMethodThatIsNotThereIsRefusedAtTheFirstReference() {
    ReferenceFactory configured =
        new ReferenceFactory(
            environment,
            invoker,
            new CallOptions(
                Duration.ofSeconds(30),
                Map.of(
                    "bank.Account",
                    new TypeTimeouts(
                        Optional.empty(), Map.of("depositt", Duration.ofSeconds(5))))));

    assertThatThrownBy(() -> configured.get(Account.class, "bob"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'depositt' of bank.Account")
        .hasMessageContaining("deposit");
  }
}
