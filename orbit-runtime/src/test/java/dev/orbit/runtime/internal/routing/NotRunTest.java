package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.client.internal.call.RefusedElsewhere;
import dev.orbit.client.internal.wire.ErrorMapping;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NotRunTest {
  private static final Reply GONE =
      Reply.refused(new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "gone"));
  private static final Reply FULL =
      new Reply(
          ErrorMapping.refused(new OverloadedException("full", null, Duration.ofMillis(1)))
              .withCredit(7),
          null,
          true);

  private final CompletableFuture<Reply> reply = new CompletableFuture<>();

  private CompletableFuture<Reply> judged(
      boolean again, Function<Reply, @Nullable CompletableFuture<Reply>> hold) {
    return NotRun.asFailure(reply, _ -> again, hold);
  }

  @Test
  void aRefusalIsAFailureWhereTryingAgainMakesSense() {
    CompletableFuture<Reply> judged = judged(true, WaitingRoom.NOWHERE);

    reply.complete(GONE);

    assertThat(judged.exceptionNow()).isInstanceOf(NotExecutedException.class);
  }

  @Test
  void andAnAnswerWhereItDoesNot() {
    CompletableFuture<Reply> judged = judged(false, WaitingRoom.NOWHERE);

    reply.complete(GONE);

    assertThat(judged.join()).isSameAs(GONE);
  }

  @Test
  void ofOneFromAfarTheCallerIsToldSo() {
    CompletableFuture<Reply> judged = judged(true, WaitingRoom.NOWHERE);

    reply.complete(new Reply(GONE.content(), null, true));

    assertThat(judged.handle((_, failure) -> failure).join()).isInstanceOf(RefusedElsewhere.class);
  }

  @Test
  void aCallThatIsKeptEndsAsItEndsThere() {
    CompletableFuture<Reply> kept = new CompletableFuture<>();
    CompletableFuture<Reply> judged = judged(true, _ -> kept);

    reply.complete(FULL);
    boolean early = judged.isDone();
    kept.complete(Replies.ACCEPTED);

    assertThat(early).isFalse();
    assertThat(judged.join()).isSameAs(Replies.ACCEPTED);
  }

  @Test
  void aCallThatCannotBeKeptEnds() {
    IllegalStateException defect = new IllegalStateException("on purpose");
    CompletableFuture<Reply> judged =
        judged(
            true,
            _ -> {
              throw defect;
            });

    reply.complete(FULL);

    assertThat(judged.exceptionNow()).isSameAs(defect);
  }

  @Test
  void callingItOffCallsOffWhatIsUnderWay() {
    CompletableFuture<Reply> judged = judged(true, WaitingRoom.NOWHERE);

    judged.cancel(true);

    assertThat(reply).isCancelled();
  }

  @Test
  void alsoWhereItIsKept() {
    CompletableFuture<Reply> kept = new CompletableFuture<>();
    CompletableFuture<Reply> judged = judged(true, _ -> kept);

    reply.complete(FULL);
    judged.cancel(true);

    assertThat(kept).isCancelled();
  }
}
