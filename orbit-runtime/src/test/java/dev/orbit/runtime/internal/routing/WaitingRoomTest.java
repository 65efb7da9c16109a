package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.CallLink;
import dev.orbit.proto.CallScope;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Payload;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {
  private static final AddressableReference ACTOR = new AddressableReference("T", Key.of("x"));
  private static final AddressableReference OTHER = new AddressableReference("T", Key.of("y"));
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final WaitingRoom room = new WaitingRoom(environment, "a", 5);
  private final List<OnItsWay> sent = new ArrayList<>();

  /** A call that was sent, and its answer. */
  private record OnItsWay(RoutedCall call, CompletableFuture<Reply> reply) {
    void answer() {
      reply.complete(Replies.ACCEPTED);
    }

    void refuse(long number) {
      Content.InvocationError error =
          ErrorMapping.refused(new OverloadedException("full", null, PAUSE)).withCredit(number);
      reply.complete(new Reply(error, null, true));
    }
  }

  private CompletableFuture<Reply> call(String method) {
    return pass(call(ACTOR, method, CallContext.root(environment.nanoTime(), TIMEOUT)));
  }

  private CompletableFuture<Reply> pass(RoutedCall call) {
    return pass(room, call);
  }

  /** As the router does. */
  private CompletableFuture<Reply> pass(WaitingRoom where, RoutedCall call) {
    CompletableFuture<Reply> outcome =
        NotRun.asFailure(
            where.pass(call, this::send),
            _ -> true,
            refusal -> where.heldBack(call, refusal, this::send));
    environment.settle();
    return outcome;
  }

  private CompletableFuture<Reply> send(RoutedCall call) {
    OnItsWay onItsWay = new OnItsWay(call, new CompletableFuture<>());
    sent.add(onItsWay);
    return onItsWay.reply;
  }

  private static RoutedCall call(AddressableReference target, String method, CallContext context) {
    return new RoutedCall(
        target, method, "", null, false, context, RoutedCall.PassedOn.BEGINS_HERE);
  }

  private void credit(long messages) {
    room.credited(new Content.Credit(ACTOR, messages, 5_000));
    environment.settle();
  }

  private List<String> methods() {
    return sent.stream().map(one -> one.call.method()).toList();
  }

  private void answerAll() {
    for (int i = 0; i < sent.size(); i++) {
      sent.get(i).answer();
      environment.settle();
    }
  }

  @Test
  void callsPassWhileNothingIsHeard() {
    var _ = call("one");
    var _ = call("two");

    assertThat(methods()).containsExactly("one", "two");
    assertThat(sent).allMatch(one -> one.call.credit() == Headers.NOTHING_HEARD);
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
    assertThat(sent.subList(2, 5)).allMatch(one -> one.call.credit() == 70);
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
    assertThat(sent.get(4).call.credit()).isEqualTo(71);
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

  @Test
  void aCallThatComesBackToWhereAllPlacesAreTakenEndsAsItWasRefused() {
    credit(1);
    CompletableFuture<Reply> first = call("1");
    credit(0);
    environment.advance(Duration.ofSeconds(6));
    List<CompletableFuture<Reply>> others = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      others.add(call("other" + i));
    }
    List.copyOf(sent).subList(1, sent.size()).forEach(one -> one.refuse(70));
    environment.settle();
    sent.getFirst().refuse(71);
    environment.settle();

    assertThat(others).filteredOn(CompletableFuture::isDone).hasSize(1);
    assertThat(first.exceptionNow()).hasMessageContaining("waiting-for-room");
    assertThat(room.waiting()).isEqualTo(5);
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

    assertThat(sent.getFirst().reply).isCancelled();
  }

  @Test
  void moreThanThereArePlacesForAreRefused() {
    credit(1);
    for (int i = 0; i < 6; i++) {
      var _ = call("fits" + i);
    }
    CompletableFuture<Reply> one = call("too many");

    assertThat(one.exceptionNow())
        .hasMessageContaining("ORBIT-1002")
        .hasMessageContaining("waiting-for-room");
    assertThat(room.waiting()).isEqualTo(5);
    assertThat(room.refused()).isEqualTo(1);
  }

  @Test
  void allThatWaitTogetherAreBounded() {
    List<CompletableFuture<Reply>> calls = new ArrayList<>();
    // The first of each passes, and five have places.
    for (int actor = 0; actor <= WaitingRoom.ACTORS; actor++) {
      AddressableReference target = actor(actor);
      room.credited(new Content.Credit(target, 1, 5_000));
      for (int i = 0; i < 6; i++) {
        calls.add(pass(call(target, "c", CallContext.root(environment.nanoTime(), TIMEOUT))));
      }
    }

    assertThat(room.waiting()).isEqualTo(5 * WaitingRoom.ACTORS);
    assertThat(calls).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(6);
  }

  private static AddressableReference actor(int number) {
    return new AddressableReference("T", Key.of(number));
  }

  @Test
  void whatIsHeardOfMoreActorsThanThereAreDoorsForIsNotKept() {
    for (int actor = 0; actor < WaitingRoom.MOST_DOORS; actor++) {
      room.credited(new Content.Credit(actor(actor), 1, 5_000));
    }
    room.credited(new Content.Credit(ACTOR, 1, 5_000));
    CompletableFuture<Reply> refused = call("1");
    sent.getFirst().refuse(70);
    environment.settle();

    assertThat(room.isWaitedFor(ACTOR)).isFalse();
    assertThat(refused.exceptionNow()).hasMessage("ORBIT-1002: full");
  }

  @Test
  void argumentsThatWaitAreBounded() {
    credit(1);
    var _ = call("1");
    Payload large = new Payload(1, new byte[(int) WaitingRoom.MOST_BYTES / 2 + 1]);
    CompletableFuture<Reply> first = pass(with(large));
    CompletableFuture<Reply> second = pass(with(large));

    assertThat(first).isNotDone();
    assertThat(second.exceptionNow()).hasMessageContaining("ORBIT-1002");
  }

  private RoutedCall with(Payload payload) {
    return new RoutedCall(
        ACTOR,
        "large",
        "",
        payload,
        false,
        CallContext.root(environment.nanoTime(), TIMEOUT),
        RoutedCall.PassedOn.BEGINS_HERE);
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
    assertThat(sent.getLast().call.credit()).isEqualTo(Headers.NOTHING_HEARD);
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

    assertThat(sent.getLast().call.credit()).isEqualTo(70);
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
    assertThat(sent.getLast().call.credit()).isZero();
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
    assertThat(sent.getLast().call.oneWay()).isFalse();
  }

  @Test
  void withoutPlacesNobodyWaitsAndHostsAreTold() {
    WaitingRoom none = new WaitingRoom(environment, "a", 0);
    none.credited(new Content.Credit(ACTOR, 1, 5_000));
    var _ = pass(none, call(ACTOR, "1", CallContext.root(environment.nanoTime(), TIMEOUT)));
    var _ = pass(none, call(ACTOR, "2", CallContext.root(environment.nanoTime(), TIMEOUT)));

    assertThat(methods()).containsExactly("1", "2");
    assertThat(sent).allMatch(one -> one.call.credit() == 0);
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
    sent.getFirst().reply.completeExceptionally(new IllegalStateException("broken"));
    environment.settle();

    assertThat(first).isCompletedExceptionally();
    assertThat(methods()).containsExactly("1", "2");
  }
}
