package dev.orbit.client.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.fixture.StepEnvironment;
import dev.orbit.transport.future.Announced;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryingTest {
  private static final Set<ErrorCode> RETRYABLE =
      EnumSet.of(
          ErrorCode.NODE_UNAVAILABLE,
          ErrorCode.OVERLOADED,
          ErrorCode.NOT_OWNER,
          ErrorCode.LEASE_LOST,
          ErrorCode.SHUTTING_DOWN,
          ErrorCode.RATE_LIMITED);
  private static final long SECOND = 1_000_000_000L;

  private final StepEnvironment environment = new StepEnvironment();
  private final Retrying retrying =
      new Retrying(environment, RetryPolicy.DEFAULT, RetryBudget.ofClient());
  private final List<Long> attemptedAt = new ArrayList<>();

  private CompletableFuture<String> failingUntil(int attempt, Throwable failure) {
    return retrying.call(
        SECOND,
        attempts -> {
          attemptedAt.add(environment.nanoTime());
          return attempts < attempt
              ? CompletableFuture.failedFuture(failure)
              : CompletableFuture.completedFuture("done after " + attempts);
        });
  }

  @Test
  void repetitionsOfRefusedWorkStayATenthOfAllCalls() {
    OrbitException full = OrbitException.of(ErrorCode.OVERLOADED, "full");
    int calls = 2_000;
    for (int i = 0; i < calls; i++) {
      var _ = failingUntil(Integer.MAX_VALUE, full);
    }

    environment.advance(Duration.ofMillis(900));

    // A hundred are in reserve, and nine come in the time.
    assertThat(attemptedAt).hasSizeBetween(calls + 1, calls + calls / 10 + 110);
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void whatAnotherEndRefusedIsSentAgainByATenthWhateverTheReason(ErrorCode code) {
    OrbitException refused = OrbitException.of(code, "no");
    int calls = 2_000;
    List<CompletableFuture<String>> outcomes = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      outcomes.add(failingUntil(Integer.MAX_VALUE, asFromAfar(refused)));
      environment.advance(Duration.ofNanos(400_000));
    }

    environment.advance(Duration.ofSeconds(2));

    int repeated = attemptedAt.size() - calls;
    assertThat(repeated)
        .isBetween(RETRYABLE.contains(code) ? calls / 10 : 0, calls / 10 + 100 + 20);
    assertThat(retrying.repeated()).isEqualTo(repeated);
    assertThat(outcomes).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(environment.waiting()).isZero();
  }

  private static Throwable asFromAfar(OrbitException answer) {
    return answer instanceof NotExecutedException refused ? new RefusedElsewhere(refused) : answer;
  }

  @Test
  void aMovedActorsCallsWaitUntilThereIsRoomToSendThemAgain() {
    RetryBudget narrow = new RetryBudget(1, 10);
    Retrying slow = new Retrying(environment, RetryPolicy.DEFAULT, narrow);
    Throwable moved = new RefusedElsewhere(new NotExecutedException(ErrorCode.NOT_OWNER, "moved"));
    List<CompletableFuture<String>> outcomes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      outcomes.add(
          slow.call(
              2 * SECOND,
              attempts ->
                  attempts == 0
                      ? CompletableFuture.failedFuture(moved)
                      : CompletableFuture.completedFuture("found")));
    }

    environment.advance(Duration.ofMillis(50));
    long atOnce = outcomes.stream().filter(CompletableFuture::isDone).count();
    environment.advance(Duration.ofMillis(1_900));

    assertThat(atOnce).isEqualTo(1);
    assertThat(slow.postponed()).isPositive();
    assertThat(outcomes).allMatch(outcome -> "found".equals(outcome.getNow("")));
  }

  @Test
  void callsThatNobodyHasGotYetCostNothing() {
    OrbitException nobody = OrbitException.of(ErrorCode.NODE_UNAVAILABLE, "nobody is there");
    int calls = 2_000;
    List<CompletableFuture<String>> outcomes = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      outcomes.add(failingUntil(3, nobody));
    }

    environment.advance(Duration.ofMillis(900));

    assertThat(outcomes).allMatch(outcome -> "done after 3".equals(outcome.getNow("")));
    assertThat(retrying.postponed()).isZero();
  }

  @Test
  void anAttemptThatReachedNobodyIsGivenBack() {
    RetryBudget one = new RetryBudget(1, 0);
    Retrying narrow = new Retrying(environment, RetryPolicy.DEFAULT, one);
    CompletableFuture<String> outcome =
        narrow.call(
            2 * SECOND,
            attempts ->
                switch (attempts) {
                  case 0 ->
                      CompletableFuture.failedFuture(
                          new RefusedElsewhere(
                              new NotExecutedException(ErrorCode.NOT_OWNER, "moved")));
                  case 1 ->
                      CompletableFuture.failedFuture(
                          OrbitException.of(ErrorCode.NODE_UNAVAILABLE, "not there yet"));
                  default -> CompletableFuture.completedFuture("found");
                });

    environment.advance(Duration.ofSeconds(1));

    assertThat(outcome).isCompletedWithValue("found");
    assertThat(narrow.repeated()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void repeatsWhatSurelyDidNotRunAndMayGoBetterAndNothingElse(ErrorCode code) {
    CompletableFuture<String> outcome = failingUntil(1, OrbitException.of(code, "x"));

    environment.advance(Duration.ofMillis(900));

    assertThat(RetryPolicy.isRetryable(OrbitException.of(code, "x")))
        .isEqualTo(RETRYABLE.contains(code));
    assertThat(attemptedAt).hasSize(RETRYABLE.contains(code) ? 2 : 1);
    assertThat(outcome.isCompletedExceptionally()).isNotEqualTo(RETRYABLE.contains(code));
  }

  @Test
  void waitsLongerAfterEachFailure() {
    CompletableFuture<String> outcome =
        failingUntil(5, OrbitException.of(ErrorCode.NOT_OWNER, "moved"));

    environment.advance(Duration.ofMillis(900));

    assertThat(outcome).isCompletedWithValue("done after 5");
    for (int i = 1; i < attemptedAt.size(); i++) {
      long most = 10_000_000L << (i - 1);
      assertThat(attemptedAt.get(i) - attemptedAt.get(i - 1)).isBetween(most / 2, most);
    }
  }

  @Test
  void givesUpWithTheLastReasonWhenTheDeadlineLeavesNoTime() {
    CompletableFuture<String> outcome =
        failingUntil(1_000, OrbitException.of(ErrorCode.NODE_UNAVAILABLE, "n1 is down"));

    environment.advance(Duration.ofSeconds(2));

    assertThat(environment.waiting()).isZero();
    assertThat(attemptedAt).allMatch(at -> at < SECOND);
    assertThatThrownBy(outcome::join)
        .cause()
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_UNAVAILABLE))
        .hasMessageContaining("n1 is down; gave up after %d attempts", attemptedAt.size());
  }

  @Test
  void waitsAsLongAsTheRefusingEndAsked() {
    NotExecutedException overloaded =
        new NotExecutedException(ErrorCode.OVERLOADED, "full", null, Duration.ofMillis(700));
    CompletableFuture<String> outcome = failingUntil(1, overloaded);

    environment.advance(Duration.ofMillis(699));
    assertThat(outcome).isNotDone();
    environment.advance(Duration.ofMillis(1));

    assertThat(outcome).isCompletedWithValue("done after 1");
  }

  @Test
  void countsAThrownExceptionAsAFailedAttempt() {
    CompletableFuture<String> outcome =
        retrying.call(
            SECOND,
            attempts -> {
              throw OrbitException.of(ErrorCode.BAD_ARGUMENTS, "no");
            });

    assertThat(outcome).isCompletedExceptionally();
  }

  @Test
  void cancelsTheAttemptUnderWayAndMakesNoMore() {
    CompletableFuture<String> attempt = new CompletableFuture<>();
    CompletableFuture<String> outcome =
        retrying.call(
            SECOND,
            attempts -> {
              attemptedAt.add(environment.nanoTime());
              return attempt;
            });

    outcome.cancel(true);
    environment.advance(Duration.ofSeconds(1));

    assertThat(attempt).isCancelled();
    assertThat(attemptedAt).hasSize(1);
  }

  @Test
  void failsCallsThatWaitForAnAttemptOnceItIsClosed() {
    CompletableFuture<String> waiting =
        failingUntil(1_000, OrbitException.of(ErrorCode.NOT_OWNER, "moved"));

    retrying.close();
    CompletableFuture<String> late =
        failingUntil(1_000, OrbitException.of(ErrorCode.NOT_OWNER, "moved"));
    environment.advance(Duration.ofSeconds(1));

    assertThat(waiting)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("moved; gave up after 1 attempts, this end has stopped");
    assertThat(late).isCompletedExceptionally();
    assertThat(attemptedAt).hasSize(2);
  }

  @Test
  void doesNotWaitForAnUnreachableEndThatAnotherMayStandInFor() {
    NotExecutedException down =
        new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "down", null, Duration.ofMillis(700));
    CompletableFuture<String> outcome = failingUntil(1, down);

    environment.advance(Duration.ofMillis(10));

    assertThat(outcome).isCompletedWithValue("done after 1");
  }

  @Test
  void refusesPoliciesThatMakeNoSense() {
    Duration one = Duration.ofSeconds(1);

    assertThatThrownBy(() -> new RetryPolicy(Duration.ZERO, one, 2, 0.5))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("retry.initial is PT0S");
    assertThatThrownBy(() -> new RetryPolicy(one, Duration.ofMillis(1), 2, 0.5))
        .hasMessageContaining("retry.max");
    assertThatThrownBy(() -> new RetryPolicy(one, one, 0.5, 0.5))
        .hasMessageContaining("retry.multiplier");
    assertThatThrownBy(() -> new RetryPolicy(one, one, 2, 1.5))
        .hasMessageContaining("retry.jitter");
  }

  /** Refused at first; notes when who listens is told, and that it has ended. */
  private final class Noted implements Retrying.Attempt<String> {
    private final CompletableFuture<String> outcome = new CompletableFuture<>();
    private final List<String> events = new ArrayList<>();

    @Override
    public CompletableFuture<String> make(int attempts) {
      return attempts == 0
          ? CompletableFuture.failedFuture(OrbitException.of(ErrorCode.NOT_OWNER, "no"))
          : outcome;
    }

    @Override
    public void ended() {
      events.add("ended");
    }

    private CompletableFuture<String> call() {
      CompletableFuture<String> call = retrying.call(SECOND, this);
      Announced.onEnd(call, (_, _) -> events.add("told"));
      return call;
    }
  }

  @Test
  void aCallEndsOnceWhenWhoWaitsWasTold() {
    Noted answered = new Noted();
    Noted failed = new Noted();
    Noted cancelled = new Noted();
    var _ = answered.call();
    var _ = failed.call();
    CompletableFuture<String> third = cancelled.call();
    environment.advance(Duration.ofMillis(500));
    List<String> before = List.copyOf(answered.events);

    answered.outcome.complete("x");
    failed.outcome.completeExceptionally(new IllegalStateException("on purpose"));
    third.cancel(true);

    assertThat(before).isEmpty();
    assertThat(answered.events).containsExactly("told", "ended");
    assertThat(failed.events).containsExactly("told", "ended");
    assertThat(cancelled.events).containsExactly("told", "ended");
  }

  @Test
  void aCallThatIsGivenUpWhileItWaitsEndsOnce() {
    Noted waiting = new Noted();
    var _ = waiting.call();

    retrying.close();
    retrying.close();

    assertThat(waiting.events).containsExactly("told", "ended");
  }

  @Test
  void aCallMadeAgainEndsOnce() {
    Noted again = new Noted();
    CompletableFuture<String> call =
        retrying.callAgain(SECOND, OrbitException.of(ErrorCode.NOT_OWNER, "no"), again);
    environment.advance(Duration.ofMillis(500));

    again.outcome.complete("x");

    assertThat(call).isCompletedWithValue("x");
    assertThat(again.events).containsExactly("ended");
  }
}
