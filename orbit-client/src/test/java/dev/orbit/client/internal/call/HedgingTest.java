package dev.orbit.client.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.fixture.StepEnvironment;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** S4.7. */
class HedgingTest {
  private static final Duration AFTER = Duration.ofMillis(20);
  private static final Duration LITTLE = Duration.ofMillis(1);
  private final OrbitException unreachable =
      OrbitException.of(ErrorCode.NODE_UNAVAILABLE, "nobody is there");

  private final StepEnvironment environment = new StepEnvironment();
  private final RetryBudget budget = new RetryBudget(20, 0);
  private final Hedging hedging = new Hedging(environment, budget, AFTER);
  private final List<CompletableFuture<String>> attempts = new ArrayList<>();

  private CompletableFuture<String> call() {
    return hedging.call(
        second -> {
          assertThat(second).isEqualTo(attempts.size() % 2 == 1);
          CompletableFuture<String> attempt = new CompletableFuture<>();
          attempts.add(attempt);
          return attempt;
        });
  }

  @Test
  void aCallThatIsAnsweredInTimeIsMadeOnce() {
    CompletableFuture<String> outcome = call();
    environment.advance(AFTER.minus(LITTLE));
    attempts.getFirst().complete("first");
    environment.advance(AFTER);

    assertThat(outcome).isCompletedWithValue("first");
    assertThat(attempts).hasSize(1);
    assertThat(hedging.hedged()).isZero();
  }

  @Test
  void theAnswerThatComesFirstCountsAndTheOtherAttemptIsCalledOff() {
    CompletableFuture<String> outcome = call();
    environment.advance(AFTER);
    attempts.get(1).complete("second");

    assertThat(outcome).isCompletedWithValue("second");
    assertThat(attempts.getFirst()).isCancelled();
    assertThat(hedging.hedged()).isEqualTo(1);
    assertThat(hedging.won()).isEqualTo(1);
  }

  @Test
  void anAttemptThatFailsWithoutAnAnswerWaitsForTheOther() {
    CompletableFuture<String> outcome = call();
    environment.advance(AFTER);
    attempts.get(1).completeExceptionally(unreachable);
    boolean over = outcome.isDone();
    attempts.getFirst().complete("first");

    assertThat(over).isFalse();
    assertThat(outcome).isCompletedWithValue("first");
    assertThat(hedging.won()).isZero();
  }

  @Test
  void whereBothFailTheCallDoes() {
    CompletableFuture<String> outcome = call();
    environment.advance(AFTER);
    attempts.get(1).completeExceptionally(unreachable);
    attempts.getFirst().completeExceptionally(unreachable);

    assertThatThrownBy(outcome::join).hasCauseInstanceOf(NotExecutedException.class);
  }

  @Test
  void whatFailsBeforeItIsHedgedFailsAtOnce() {
    CompletableFuture<String> outcome = call();
    attempts.getFirst().completeExceptionally(unreachable);
    environment.advance(AFTER);

    assertThat(outcome).isCompletedExceptionally();
    assertThat(attempts).hasSize(1);
  }

  @Test
  void theActorsOwnFailureIsAnAnswer() {
    CompletableFuture<String> outcome = call();
    environment.advance(AFTER);
    attempts.get(1).completeExceptionally(new IllegalStateException("the actor says so"));

    assertThatThrownBy(outcome::join).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(attempts.getFirst()).isCancelled();
  }

  @Test
  void whoCallsItOffCallsOffBoth() {
    CompletableFuture<String> outcome = call();
    environment.advance(AFTER);
    outcome.cancel(true);

    assertThat(attempts).hasSize(2).allMatch(CompletableFuture::isCancelled);
  }

  @Test
  void noMoreThanATenthOfTheCallsAreHedged() {
    int calls = 1000;
    List<CompletableFuture<String>> made = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      budget.attempted();
      var _ =
          hedging.call(
              _ -> {
                CompletableFuture<String> attempt = new CompletableFuture<>();
                made.add(attempt);
                return attempt;
              });
    }
    environment.advance(AFTER);

    // Half of the reserve is for what has to be repeated.
    assertThat(made).hasSize(calls + 10);
    assertThat(budget.take(environment.nanoTime())).isTrue();
  }

  @Test
  void secondAttemptsComeToATenthOfTheCallsAlsoOverTime() {
    int calls = 1000;
    for (int i = 0; i < calls; i++) {
      budget.attempted();
      CompletableFuture<String> answer = new CompletableFuture<>();
      var _ = hedging.call(second -> second ? CompletableFuture.completedFuture("second") : answer);
      environment.advance(AFTER);
    }

    assertThat(hedging.hedged()).isBetween(calls / 10L - 1, calls / 10L + 10);
  }

  @Test
  void offIsOffAndWhatIsOutOfRangeIsRefused() {
    assertThat(new Hedging(environment, budget, Hedging.OFF).isOn()).isFalse();
    assertThatThrownBy(() -> Hedging.checked(Duration.ofNanos(1)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("hedge-after");
  }
}
