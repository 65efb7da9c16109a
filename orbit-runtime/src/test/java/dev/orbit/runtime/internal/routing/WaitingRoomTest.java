package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.proto.CallLink;
import dev.orbit.proto.CallScope;
import dev.orbit.proto.Headers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitingRoomTest extends WaitingRoomFixture {
  @Test
  void callsPassWhileNothingIsHeard() {
    var _ = call("one");
    var _ = call("two");

    assertThat(methods()).containsExactly("one", "two");
    assertThat(sent).allMatch(one -> one.call().credit() == Headers.NOTHING_HEARD);
  }

  @Test
  void callsBeyondWhatTheHostAllowsWaitForAnswers() {
    credit(2);
    List<CompletableFuture<Reply>> calls = List.of(call("1"), call("2"), call("3"), call("4"));
    List<String> atFirst = methods();
    sent.getFirst().answer();
    environment.settle();
    List<String> afterOne = methods();
    answerAll();

    assertThat(atFirst).containsExactly("1");
    assertThat(afterOne).containsExactly("1", "2", "3");
    assertThat(methods()).containsExactly("1", "2", "3", "4");
    assertThat(calls).allMatch(CompletableFuture::isDone);
    assertThat(room.waiting()).isZero();
  }

  @Test
  void callsOfOtherActorsDoNotWait() {
    credit(1);
    var _ = call("held");
    var _ = call("waits");
    var _ = pass(call(OTHER, "passes", CallContext.root(environment.nanoTime(), TIMEOUT)));

    assertThat(methods()).containsExactly("held", "passes");
  }

  @Test
  void refusedCallsAreSentAgainInTheirOrderBeforeThoseThatWereNot() {
    var _ = call("1");
    var _ = call("2");
    sent.get(0).refuse(70);
    var _ = call("3");
    sent.get(1).refuse(70);
    environment.settle();
    List<String> duringThePause = methods();
    environment.advance(PAUSE);
    answerAll();

    assertThat(duringThePause).containsExactly("1", "2");
    assertThat(methods()).containsExactly("1", "2", "1", "2", "3");
    assertThat(sent.subList(2, 5)).allMatch(one -> one.call().credit() == 70);
  }

  @Test
  void oneThatIsRefusedAgainGoesBeforeOthersThatWereRefused() {
    var _ = call("1");
    var _ = call("2");
    var _ = call("3");
    List.copyOf(sent).forEach(one -> one.refuse(70));
    environment.settle();
    environment.advance(PAUSE);
    sent.get(3).refuse(71);
    environment.settle();
    environment.advance(PAUSE);
    answerAll();

    assertThat(methods()).containsExactly("1", "2", "3", "1", "1", "2", "3");
    assertThat(sent.get(4).call().credit()).isEqualTo(71);
  }

  @Test
  void oneThatIsRefusedAgainGoesBeforeThoseAfterIt() {
    credit(1);
    var _ = call("1");
    var _ = call("2");
    sent.getFirst().refuse(70);
    environment.settle();
    environment.advance(PAUSE);
    answerAll();

    assertThat(methods()).containsExactly("1", "1", "2");
  }

  @Test
  void aCallEndsAtItsDeadlineAndFreesItsPlace() {
    var _ = call("1");
    sent.getFirst().refuse(70);
    CompletableFuture<Reply> hasty =
        pass(call(ACTOR, "2", CallContext.root(environment.nanoTime(), Duration.ofMillis(40))));
    environment.advance(Duration.ofMillis(40));

    assertThat(hasty).isCompletedExceptionally();
    assertThat(hasty.exceptionNow())
        .isInstanceOfSatisfying(
            OverloadedException.class, e -> assertThat(e.retryAfter()).contains(PAUSE))
        .hasMessageContaining("T/x.2")
        .hasMessageContaining("waited on node a")
        .hasMessageContaining("full");
    assertThat(room.waiting()).isEqualTo(1);
  }

  @Test
  void aCallThatComesBackAfterItsDeadlineEnds() {
    CompletableFuture<Reply> late =
        pass(call(ACTOR, "1", CallContext.root(environment.nanoTime(), Duration.ofMillis(40))));
    credit(1);
    CompletableFuture<Reply> next =
        pass(call(ACTOR, "2", CallContext.root(environment.nanoTime(), Duration.ofMillis(40))));
    environment.advance(Duration.ofMillis(60));
    sent.get(1).refuse(70);
    environment.settle();

    assertThat(late).isNotDone();
    assertThat(next).isCompletedExceptionally();
    assertThat(room.waiting()).isZero();
  }

  /** Its timer has fired while it was on its way: nothing else would end its wait. */
  @Test
  void aCallThatComesBackJustBeforeItsDeadlineEndsAtOnce() {
    credit(1);
    CompletableFuture<Reply> first =
        pass(call(ACTOR, "1", CallContext.root(environment.nanoTime(), Duration.ofMillis(400))));
    environment.advance(Duration.ofMillis(385));
    sent.getFirst().refuse(70);
    environment.settle();

    assertThat(first.exceptionNow()).hasMessageContaining("until its deadline");
    assertThat(room.waiting()).isZero();
  }

  /** Other turns may run beside it, and answer. */
  @Test
  void aDoorOpensByItselfBesideATurnThatIsLong() {
    credit(4);
    var _ = call("long");
    var _ = call("2");
    var _ = call("3");
    List<String> atFirst = methods();
    environment.advance(Door.SILENCE);
    List<String> afterSilence = methods();
    environment.advance(Door.SILENCE);

    assertThat(atFirst).containsExactly("long");
    assertThat(afterSilence).containsExactly("long", "2");
    assertThat(methods()).containsExactly("long", "2", "3");
  }

  @Test
  void noDoorOpensByItselfBeyondWhatTheHostAllows() {
    credit(1);
    var _ = call("long");
    var _ = call("2");
    environment.advance(Door.SILENCE.multipliedBy(3));

    assertThat(methods()).containsExactly("long");
  }

  @Test
  void aCancelledCallIsNotSentAndFreesItsPlace() {
    credit(1);
    var _ = call("1");
    CompletableFuture<Reply> cancelled = call("2");
    var _ = call("3");
    cancelled.cancel(true);
    answerAll();

    assertThat(methods()).containsExactly("1", "3");
    assertThat(room.waiting()).isZero();
  }

  @Test
  void cancellingACallThatWasRefusedOnceEndsItsWait() {
    CompletableFuture<Reply> first = call("1");
    sent.getFirst().refuse(70);
    first.cancel(true);
    environment.advance(TIMEOUT);

    assertThat(methods()).containsExactly("1");
    assertThat(room.waiting()).isZero();
  }

  @Test
  void cancellingACallThatWasSentCallsItOff() {
    credit(1);
    CompletableFuture<Reply> first = call("1");
    first.cancel(true);

    assertThat(sent.getFirst().reply()).isCancelled();
  }

  @Test
  void allPassAgainWhenTheHostSaysSo() {
    credit(1);
    var _ = call("1");
    answerAll();
    credit(0);
    var _ = call("2");
    var _ = call("3");

    assertThat(methods()).containsExactly("1", "2", "3");
    assertThat(sent.getLast().call().credit()).isEqualTo(Headers.NOTHING_HEARD);
    assertThat(room.isWaitedFor(ACTOR)).isFalse();
  }

  @Test
  void whatWasHeardIsForgottenWhenNothingMoreIsHeard() {
    credit(1);
    environment.advance(Duration.ofSeconds(6));

    assertThat(room.isWaitedFor(ACTOR)).isFalse();
  }

  @Test
  void lostCreditStopsNobody() {
    var _ = call("1");
    sent.getFirst().refuse(70);
    List<CompletableFuture<Reply>> calls = List.of(call("2"), call("3"), call("4"));
    environment.advance(Duration.ofSeconds(6));
    answerAll();

    assertThat(methods()).containsExactly("1", "1", "2", "3", "4");
    assertThat(calls).allMatch(CompletableFuture::isDone);
  }

  @Test
  void aRefusalIsRememberedUntilACallHasCarriedItToTheHost() {
    CompletableFuture<Reply> first = call("1");
    sent.getFirst().refuse(70);
    first.cancel(true);
    credit(0);
    environment.advance(Duration.ofSeconds(10));
    var _ = call("2");
    sent.getLast().answer();
    environment.advance(Duration.ofSeconds(6));

    assertThat(sent.getLast().call().credit()).isEqualTo(70);
    assertThat(room.isWaitedFor(ACTOR)).isFalse();
  }

  /** The host has forgotten it too by then. */
  @Test
  void aRefusalThatNoCallHasCarriedToTheHostIsForgotten() {
    CompletableFuture<Reply> first = call("1");
    sent.getFirst().refuse(70);
    first.cancel(true);
    environment.advance(Duration.ofSeconds(30));
    boolean before = room.isWaitedFor(ACTOR);
    environment.advance(Duration.ofSeconds(15));

    assertThat(before).isTrue();
    assertThat(room.isWaitedFor(ACTOR)).isFalse();
  }

  @Test
  void callsFromWithinTheActorNeverWait() {
    credit(1);
    var _ = call("1");
    var _ = call("2");
    CallContext within =
        new CallContext(
            environment.nanoTime() + TIMEOUT.toNanos(),
            new CallScope(9, List.of(new CallLink(ACTOR, "outer", 8)), Map.of()),
            Map.of(),
            "");
    var _ = pass(call(ACTOR, "inner", within));

    assertThat(methods()).containsExactly("1", "inner");
    assertThat(sent.getLast().call().credit()).isZero();
  }

  @Test
  void oneWayCallsThatWaitAreSentWithAnAnswer() {
    credit(1);
    var _ = call("1");
    RoutedCall oneWay =
        new RoutedCall(
            ACTOR,
            "told",
            "",
            null,
            true,
            CallContext.root(environment.nanoTime(), TIMEOUT),
            RoutedCall.PassedOn.BEGINS_HERE);
    var _ = pass(oneWay);
    answerAll();

    assertThat(methods()).containsExactly("1", "told");
    assertThat(sent.getLast().call().oneWay()).isFalse();
  }

  @Test
  void thoseThatWaitEndWhenTheNodeStops() {
    credit(1);
    var _ = call("1");
    CompletableFuture<Reply> waits = call("2");
    room.close();
    CompletableFuture<Reply> later = call("3");

    assertThatThrownBy(waits::join).hasCauseInstanceOf(NotExecutedException.class);
    assertThatThrownBy(later::join).hasCauseInstanceOf(NotExecutedException.class);
  }

  @Test
  void aFailureOfTheWayOpensTheDoorForTheNext() {
    credit(1);
    CompletableFuture<@Nullable Reply> first = call("1").thenApply(reply -> reply);
    var _ = call("2");
    sent.getFirst().reply().completeExceptionally(new IllegalStateException("broken"));
    environment.settle();

    assertThat(first).isCompletedExceptionally();
    assertThat(methods()).containsExactly("1", "2");
  }
}
