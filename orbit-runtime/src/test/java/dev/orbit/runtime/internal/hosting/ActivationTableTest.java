package dev.orbit.runtime.internal.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.Actors;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.runtime.internal.directory.Grant;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Registrations;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ActivationTableTest {
  private static final String TYPE = "test.Counter";
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final ManualLease lease = new ManualLease();
  private final MemoryStateStore store = new MemoryStateStore();
  private final Journal journal = new Journal();
  private final ActorRegistration registration =
      Registrations.read(
              List.of(CounterActor.class), (actorClass, parameter) -> Optional.of(journal))
          .find(TYPE)
          .orElseThrow();
  private ActivationTable table = table(3, 100);
  private final List<Grant> over = new ArrayList<>();
  private long grants;

  @Test
  void activatesAtTheFirstCallAndKeepsTheInstance() {
    RecordedAnswer first = call("x", "increment");
    RecordedAnswer second = call("x", "increment");
    environment.settle();

    assertThat(first.all()).containsExactly(1);
    assertThat(second.all()).containsExactly(2);
    assertThat(journal.lines()).containsExactly("activate x");
    assertThat(table.sizeByType()).containsExactly(Map.entry(TYPE, 1));
  }

  @Test
  void deactivatesWhatIsIdleAndReadsItsStateAgain() {
    call("x", "increment");
    environment.settle();

    environment.advance(IDLE.multipliedBy(2));
    boolean empty = table.isEmpty();
    RecordedAnswer later = call("x", "increment");
    environment.settle();

    assertThat(empty).isTrue();
    assertThat(later.all()).containsExactly(2);
    assertThat(journal.lines()).containsExactly("activate x", "deactivate x IDLE", "activate x");
  }

  @Test
  void keepsWhatIsUsed() {
    for (int i = 0; i < 10; i++) {
      call("x", "increment");
      environment.advance(IDLE.dividedBy(2));
    }

    assertThat(journal.lines()).containsExactly("activate x");
  }

  @Test
  void deactivatesWhenTheActorAsksAfterThoseWhoWait() {
    call("x", "stop");
    RecordedAnswer waiting = call("x", "increment");
    environment.settle();

    assertThat(waiting.all()).containsExactly(1);
    assertThat(journal.lines()).containsExactly("activate x", "deactivate x REQUESTED");
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void aFailedActivationFailsThoseWhoWaitAndLeavesNothing() {
    journal.failToActivate(true);
    RecordedAnswer first = call("x", "increment");
    RecordedAnswer second = call("x", "increment");
    environment.settle();
    journal.failToActivate(false);
    RecordedAnswer third = call("x", "increment");
    environment.settle();

    assertThat(first.wasRefusedWith(ErrorCode.ACTIVATION_FAILED)).isTrue();
    assertThat(second.wasRefusedWith(ErrorCode.ACTIVATION_FAILED)).isTrue();
    assertThat(first.message()).contains("test.Counter/x.increment").contains("node a");
    assertThat(third.all()).containsExactly(1);
  }

  @Test
  void refusesACallWhoseMailboxIsFull() {
    call("x", "increment");
    call("x", "increment");
    call("x", "increment");
    RecordedAnswer fourth = call("x", "increment");
    environment.settle();

    assertThat(fourth.wasRefusedWith(ErrorCode.OVERLOADED)).isTrue();
    assertThat(fourth.message()).contains("mailbox-capacity");
  }

  @Test
  void whoIsRefusedIsToldWhenTurnsAsLongAsTheLastOnesWillHaveMadeRoom() {
    Duration slow = IDLE.dividedBy(60);
    Duration atFirst = refusedUntil();
    for (int i = 0; i < 30; i++) {
      journal.during(() -> environment.advance(slow));
      call("x", "increment");
      environment.settle();
    }
    journal.during(() -> {});

    Duration afterSlowTurns = refusedUntil();

    assertThat(atFirst).isEqualTo(Duration.ofMillis(10));
    assertThat(afterSlowTurns).isBetween(slow.multipliedBy(9).dividedBy(10), slow);
  }

  /** Fills the mailbox of x, is refused, and lets it become empty again. */
  private Duration refusedUntil() {
    for (int i = 0; i < 3; i++) {
      call("x", "increment");
    }
    RecordedAnswer refused = call("x", "increment");
    environment.settle();
    return refused.retryAfter();
  }

  @Test
  void refusesAnActivationTooMany() {
    table = table(3, 1);
    call("x", "increment");
    RecordedAnswer other = call("y", "increment");
    environment.advance(IDLE.multipliedBy(2));
    RecordedAnswer later = call("y", "increment");
    environment.settle();

    assertThat(other.wasRefusedWith(ErrorCode.OVERLOADED)).isTrue();
    assertThat(later.all()).containsExactly(1);
  }

  @Test
  void aCallWhoseDeadlineHasPassedIsNotRun() {
    RecordedAnswer late = call("x", "increment");
    environment.advance(Duration.ZERO);
    journal.during(() -> environment.advance(TIMEOUT.plusSeconds(1)));
    call("x", "increment");
    RecordedAnswer behind = call("x", "increment");
    environment.settle();

    assertThat(late.all()).containsExactly(1);
    assertThat(behind.wasRefusedWith(ErrorCode.DEADLINE_BEFORE_EXECUTION)).isTrue();
  }

  @Test
  void whatTheActorThrowsIsItsAnswer() {
    RecordedAnswer answer = new RecordedAnswer();
    CallContext context = CallContext.root(environment.nanoTime(), TIMEOUT);

    deliver(
        new Call(
            ref("x"),
            registration.contract().method("fail").orElseThrow(),
            context,
            () -> new @Nullable Object[] {"broken"},
            answer));
    environment.settle();

    assertThat(answer.all())
        .singleElement()
        .satisfies(thrown -> assertThat((Throwable) thrown).hasMessage("broken").hasNoCause());
  }

  @Test
  void aWriteThatTheStoreRefusesEndsTheActivation() {
    call("x", "increment");
    environment.settle();
    store.write(
        new StateKey("shop", ref("x"), "count"), 1, new Fence(1, 1_000), Optional.of(count(41)));
    RecordedAnswer refused = call("x", "increment");
    environment.settle();

    assertThat(refused.all())
        .singleElement()
        .satisfies(
            thrown ->
                assertThat(((StorageException) thrown).code()).isEqualTo(ErrorCode.STATE_FENCED));
    assertThat(journal.lines()).containsExactly("activate x", "deactivate x STATE_CONFLICT");
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void runsNoTurnAfterTheLeaseIsOver() {
    call("x", "increment");
    environment.settle();

    RecordedAnswer waiting = call("x", "increment");
    lease.expire();
    environment.settle();

    assertThat(waiting.wasRefusedWith(ErrorCode.LEASE_LOST)).isTrue();
  }

  @Test
  void withholdsTheReplyAndTheWriteOfATurnDuringWhichTheLeaseEnded() {
    call("x", "increment");
    environment.settle();

    journal.during(lease::expire);
    RecordedAnswer running = call("x", "increment");
    environment.settle();

    assertThat(running.wasRefusedWith(ErrorCode.HOST_LOST)).isTrue();
    assertThat(store.claim(new StateKey("shop", ref("x"), "count"), new Fence(9, 9)).version())
        .isEqualTo(1);
  }

  @Test
  void dropsEverythingWithoutAGoodbyeWhenTheLeaseIsLost() {
    journal.during(table::abandon);
    RecordedAnswer running = call("x", "increment");
    RecordedAnswer waiting = call("x", "increment");
    environment.settle();
    RecordedAnswer later = call("x", "increment");
    environment.settle();

    assertThat(running.wasRefusedWith(ErrorCode.HOST_LOST)).isTrue();
    assertThat(waiting.wasRefusedWith(ErrorCode.LEASE_LOST)).isTrue();
    assertThat(later.wasRefusedWith(ErrorCode.LEASE_LOST)).isTrue();
    assertThat(journal.lines()).containsExactly("activate x");
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void endsEverythingWhenTheNodeStopsAndSendsItsQueueAway() {
    call("x", "increment");
    environment.settle();
    RecordedAnswer waiting = call("x", "increment");

    table.endAll();
    environment.settle();

    assertThat(waiting.wasRefusedWith(ErrorCode.SHUTTING_DOWN)).isTrue();
    assertThat(journal.lines()).containsExactly("activate x", "deactivate x SHUTDOWN");
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void tellsOfAnEndOnlyWhenTheTurnThatRunsHasEnded() {
    CompletableFuture<Integer> during = new CompletableFuture<>();
    journal.during(
        () -> {
          table.endAll();
          during.complete(over.size());
        });

    RecordedAnswer running = call("x", "increment");
    environment.settle();

    assertThat(during.join()).isZero();
    assertThat(running.all()).containsExactly(1);
    assertThat(over).hasSize(1);
  }

  @Test
  void anActivationHasTheGrantThatItWasMadeWith() {
    call("x", "increment");
    environment.settle();

    Grant grant = table.grantOf(ref("x"));

    assertThat(grant).isNotNull();
    assertThat(grant.fence()).isEqualTo(new Fence(1, 1));
    assertThat(table.grantOf(ref("y"))).isNull();
  }

  @Test
  void aCancelledCallDoesNotRun() {
    RecordedAnswer answer = new RecordedAnswer();
    Call call =
        deliver("x", "increment", CallContext.root(environment.nanoTime(), TIMEOUT), answer);

    boolean cancelled = call.cancel();
    environment.settle();

    assertThat(cancelled).isTrue();
    assertThat(answer.wasRefusedWith(ErrorCode.CANCELLED)).isTrue();
    assertThat(call("x", "increment").all()).isEmpty();
    environment.settle();
    assertThat(store.claim(new StateKey("shop", ref("x"), "count"), new Fence(9, 9)).version())
        .isEqualTo(1);
  }

  @Test
  void aCallThatIsCalledOffInAFullMailboxLeavesItsPlaceToAnother() {
    call("x", "increment");
    Call second =
        deliver(
            "x",
            "increment",
            CallContext.root(environment.nanoTime(), TIMEOUT),
            new RecordedAnswer());
    RecordedAnswer third = call("x", "increment");

    second.cancel();
    RecordedAnswer fourth = call("x", "increment");
    environment.settle();

    assertThat(third.all()).containsExactly(2);
    assertThat(fourth.all()).containsExactly(3);
  }

  @Test
  void callsWhoseDeadlinesPassInAFullMailboxLeaveTheirPlacesToOthers() {
    List<Call> late = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      late.add(
          deliver(
              "x",
              "increment",
              CallContext.root(environment.nanoTime(), TIMEOUT),
              new RecordedAnswer()));
    }

    late.forEach(call -> call.expire("a", environment.nanoTime()));
    RecordedAnswer next = call("x", "increment");
    environment.settle();

    assertThat(late).allMatch(Call::isAnswered);
    assertThat(next.all()).containsExactly(1);
  }

  @Test
  void aTurnIsOpenUntilItsStageIsComplete() {
    journal.stage().complete("done");

    RecordedAnswer answer = call("x", "later");
    environment.settle();

    assertThat(answer.all()).containsExactly("done");
  }

  private static byte[] count(int value) {
    return "{\"value\":%d}".formatted(value).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private RecordedAnswer call(String key, String method) {
    RecordedAnswer answer = new RecordedAnswer();
    deliver(key, method, CallContext.root(environment.nanoTime(), TIMEOUT), answer);
    return answer;
  }

  private Call deliver(String key, String method, CallContext context, RecordedAnswer answer) {
    Call call =
        new Call(
            ref(key),
            registration.contract().method(method).orElseThrow(),
            context,
            () -> new @Nullable Object[0],
            answer);
    deliver(call);
    return call;
  }

  private static AddressableReference ref(String key) {
    return new AddressableReference(TYPE, Key.of(key));
  }

  private void deliver(Call call) {
    if (!table.deliver(call)) {
      grants++;
      table.activate(
          new Grant(0, grants, new Fence(1, grants)),
          registration,
          List.of(call),
          Optional.empty());
    }
  }

  private ActivationTable table(int mailboxCapacity, int maxActivations) {
    return new ActivationTable(
        new HostingContext(
            environment,
            lease,
            store,
            new JsonCodec(
                (contract, key) -> {
                  throw new IllegalStateException("no references in these states");
                }),
            noActors(),
            new HostingContext.Limits(
                mailboxCapacity, maxActivations, maxActivations, IDLE, IDLE, MemoryWatch.NONE),
            Telemetry.OFF,
            Optional.empty(),
            probe -> {},
            new Offloading(environment),
            _ -> {}),
        (address, grant, parting) -> over.add(grant));
  }

  private Actors noActors() {
    return new ReferenceFactory(
        environment,
        invocation -> CompletableFuture.failedFuture(new IllegalStateException("not called")),
        new CallOptions(TIMEOUT));
  }
}
