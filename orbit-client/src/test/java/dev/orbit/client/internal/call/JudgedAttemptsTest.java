package dev.orbit.client.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.fixture.StepEnvironment;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an attempt gives is looked at before it is the outcome of the call. */
class JudgedAttemptsTest {
  private static final long SECOND = 1_000_000_000L;

  private final StepEnvironment environment = new StepEnvironment();
  private final Retrying retrying =
      new Retrying(environment, RetryPolicy.DEFAULT, RetryBudget.ofClient());

  /**
   * What is given first says that there is more to wait for, what comes then that it did not run.
   */
  private static final class Judging implements Retrying.Attempt<String> {
    private final List<CompletableFuture<String>> made = new ArrayList<>();
    private final CompletableFuture<String> more = new CompletableFuture<>();
    private @Nullable RuntimeException thrown;
    private boolean elsewhere;
    private int asked;

    @Override
    public CompletableFuture<String> make(int attempts) {
      CompletableFuture<String> each = new CompletableFuture<>();
      made.add(each);
      return each;
    }

    @Override
    public @Nullable CompletableFuture<String> instead(String given) {
      asked++;
      if (thrown != null) {
        throw thrown;
      }
      return given.equals("more") ? more : null;
    }

    @Override
    public @Nullable Throwable refusal(String given) {
      NotExecutedException refused = new NotExecutedException(ErrorCode.NOT_OWNER, "no");
      return !given.equals("no") ? null : elsewhere ? new RefusedElsewhere(refused) : refused;
    }
  }

  private final Judging judging = new Judging();

  @Test
  void whatAnAttemptGivesMayCountAsItsFailure() {
    CompletableFuture<String> call = retrying.call(SECOND, judging);

    judging.made.getFirst().complete("no");
    environment.advance(Duration.ofMillis(500));
    judging.made.getLast().complete("x");

    assertThat(judging.made).hasSize(2);
    assertThat(call).isCompletedWithValue("x");
  }

  @Test
  void somethingElseMayBeWaitedForAsTheSameAttempt() {
    CompletableFuture<String> call = retrying.call(SECOND, judging);

    judging.made.getFirst().complete("more");
    boolean early = call.isDone();
    judging.more.complete("x");

    assertThat(early).isFalse();
    assertThat(judging.made).hasSize(1);
    assertThat(call).isCompletedWithValue("x");
  }

  @Test
  void whatIsWaitedForInsteadIsJudgedToo() {
    CompletableFuture<String> call = retrying.call(SECOND, judging);

    judging.made.getFirst().complete("more");
    judging.more.complete("no");
    environment.advance(Duration.ofMillis(500));

    assertThat(judging.made).hasSize(2);
    assertThat(call).isNotDone();
  }

  @Test
  void callingItOffCallsOffWhatIsWaitedForInstead() {
    CompletableFuture<String> call = retrying.call(SECOND, judging);

    judging.made.getFirst().complete("more");
    call.cancel(true);

    assertThat(judging.more).isCancelled();
  }

  @Test
  void aCallThatCannotBeJudgedFails() {
    judging.thrown = new IllegalStateException("on purpose");
    CompletableFuture<String> call = retrying.call(SECOND, judging);

    judging.made.getFirst().complete("x");

    assertThat(call.exceptionNow()).isSameAs(judging.thrown);
  }

  @Test
  void whatComesAfterTheEndIsNotLookedAt() {
    CompletableFuture<String> call = retrying.call(SECOND, judging);

    call.complete("mine");
    judging.made.getFirst().complete("more");

    assertThat(judging.asked).isZero();
  }

  @Test
  void whatSaysThatItDidNotRunWhenItIsJudgedIsRepeated() {
    judging.thrown = OrbitException.of(ErrorCode.NOT_OWNER, "no");
    var _ = retrying.call(SECOND, judging);

    judging.made.getFirst().complete("x");
    environment.advance(Duration.ofMillis(500));

    assertThat(judging.made).hasSize(2);
  }

  @Test
  void aRefusalFromElsewhereIsPaidFor() {
    Retrying narrow = new Retrying(environment, RetryPolicy.DEFAULT, new RetryBudget(1, 0));
    judging.elsewhere = true;
    var _ = narrow.call(SECOND, judging);
    var _ = narrow.call(SECOND, judging);

    judging.made.forEach(each -> each.complete("no"));
    environment.advance(Duration.ofMillis(200));

    assertThat(judging.made).hasSize(3);
    assertThat(narrow.postponed()).isPositive();
  }

  /** Fails when it is cancelled, in a way after which calls are repeated. */
  private static final class Sulking extends CompletableFuture<String> {
    @Override
    public boolean cancel(boolean mayInterrupt) {
      return completeExceptionally(OrbitException.of(ErrorCode.NODE_UNAVAILABLE, "gone"));
    }
  }

  @Test
  void aCallThatIsCalledOffIsNotRepeatedHoweverItsAttemptEnds() {
    Sulking attempt = new Sulking();
    CompletableFuture<String> call = retrying.call(SECOND, _ -> attempt);

    call.cancel(true);
    int timers = environment.waiting();
    environment.advance(Duration.ofMillis(500));

    assertThat(attempt).isCompletedExceptionally();
    assertThat(timers).isZero();
    assertThat(retrying.repeated()).isZero();
  }
}
