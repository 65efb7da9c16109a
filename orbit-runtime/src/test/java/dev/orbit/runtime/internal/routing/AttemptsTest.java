package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.RefusedElsewhere;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AttemptsTest extends WaitingRoomFixture {
  private static final Reply GONE =
      Reply.refused(new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "gone"));

  private final UnderWay underWay = new UnderWay();
  private final List<Integer> before = new ArrayList<>();

  private Attempts attempts(boolean again, RoutedCall.PassedOn passedOn) {
    CallContext context = CallContext.root(environment.nanoTime(), TIMEOUT);
    return new Attempts(
        new RoutedCall(ACTOR, "work", "", null, false, context, passedOn),
        _ -> again,
        room,
        underWay,
        (present, attempts) -> {
          before.add(attempts);
          return send(present);
        });
  }

  private Attempts attempts(boolean again) {
    return attempts(again, RoutedCall.PassedOn.BEGINS_HERE);
  }

  private static Reply full(long number) {
    return new Reply(
        ErrorMapping.refused(new OverloadedException("full", null, Duration.ofMillis(1)))
            .withCredit(number),
        null,
        true);
  }

  @Test
  void aRefusalIsAFailureWhereTryingAgainMakesSense() {
    assertThat(attempts(true).refusal(GONE))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("gone");
  }

  @Test
  void andAnAnswerWhereItDoesNot() {
    assertThat(attempts(false).refusal(GONE)).isNull();
  }

  @Test
  void whatHasRunIsAnAnswer() {
    assertThat(attempts(true).refusal(Replies.ACCEPTED)).isNull();
  }

  @Test
  void ofARefusalFromAfarTheCallerIsToldSo() {
    assertThat(attempts(true).refusal(new Reply(GONE.content(), null, true)))
        .isInstanceOf(RefusedElsewhere.class)
        .cause()
        .hasMessageContaining("gone");
  }

  @Test
  void eachAttemptIsSentAfterSoManyOthers() {
    Attempts attempts = attempts(true);

    var _ = attempts.make(0);
    var _ = attempts.make(3);

    assertThat(before).containsExactly(0, 3);
    assertThat(sent).extracting(one -> one.call().method()).containsExactly("work", "work");
  }

  @Test
  void aCallForWhichThereWasNoRoomIsKeptAndSentAgainAsTheSameAttempt() {
    Attempts attempts = attempts(true);
    var _ = attempts.make(2);

    CompletableFuture<Reply> kept = attempts.instead(full(7));
    environment.advance(PAUSE);

    assertThat(kept).isNotNull();
    assertThat(before).containsExactly(2, 2);
    assertThat(sent.getLast().call().credit()).isEqualTo(7);
  }

  @Test
  void itIsKeptOnceInEachAttempt() {
    Attempts attempts = attempts(true);
    var _ = attempts.make(0);
    CompletableFuture<Reply> first = attempts.instead(full(7));
    CompletableFuture<Reply> second = attempts.instead(full(7));
    var _ = attempts.make(1);
    CompletableFuture<Reply> next = attempts.instead(full(8));

    assertThat(first).isNotNull();
    assertThat(second).isNull();
    assertThat(next).isNotNull();
  }

  @Test
  void whatWasRefusedForAnotherReasonIsNotKept() {
    Attempts attempts = attempts(true);
    var _ = attempts.make(0);

    assertThat(attempts.instead(GONE)).isNull();
    assertThat(attempts.instead(Replies.ACCEPTED)).isNull();
  }

  private Attempts ofAnotherNode() {
    return attempts(
        true,
        new RoutedCall.PassedOn(
            1, 1, false, Optional.of(new NodeId("b", "test")), Headers.NOTHING_HEARD));
  }

  @Test
  void aCallThatAnotherNodeHasSentWaitsThere() {
    Attempts attempts = ofAnotherNode();
    var _ = attempts.make(0);

    assertThat(attempts.instead(full(7))).isNull();
    assertThat(sent).hasSize(1);
  }

  @Test
  void itPassesThoseThatWaitHere() {
    credit(1);
    var _ = call("first");
    var _ = call("waits");
    var _ = ofAnotherNode().make(0);

    assertThat(methods()).containsExactly("first", "work");
  }

  @Test
  void whatWasHeardBeforeTheFirstAttemptIsOldByTheSecond() {
    RoutedCall.PassedOn afterARefusal = new RoutedCall.PassedOn(0, 0, false, Optional.empty(), 9);

    var _ = attempts(true, afterARefusal).make(1);
    List<Long> second = sent.stream().map(one -> one.call().credit()).toList();
    var _ = attempts(true, afterARefusal).make(0);
    int firstAtOnce = sent.size() - 1;
    environment.advance(PAUSE);

    assertThat(second).containsExactly(room.heed());
    assertThat(firstAtOnce).isZero();
    assertThat(sent.getLast().call().credit()).isEqualTo(9);
  }

  @Test
  void theCallIsUnderWayNoMoreOnceItHasEnded() {
    underWay.begin();
    attempts(true).ended();

    assertThat(underWay.now()).isZero();
  }
}
