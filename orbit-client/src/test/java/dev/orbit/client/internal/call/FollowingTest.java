package dev.orbit.client.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FollowingTest {
  private final CompletableFuture<String> source = new CompletableFuture<>();

  @Test
  void endsAsTheOtherDoes() {
    Following<String> value = new Following<>();
    Following<String> failure = new Following<>();
    CompletableFuture<String> failing = new CompletableFuture<>();
    IllegalStateException reason = new IllegalStateException("on purpose");

    value.endAs(source);
    failure.endAs(failing);
    source.complete("x");
    failing.completeExceptionally(reason);

    assertThat(value).isCompletedWithValue("x");
    assertThat(failure.exceptionNow()).isSameAs(reason);
  }

  @Test
  void cancellingItCancelsTheOther() {
    Following<String> following = new Following<>();

    following.endAs(source);
    following.cancel(true);

    assertThat(source).isCancelled();
  }

  @Test
  void alsoWhereItWasCancelledBeforeItHeardOfIt() {
    Following<String> following = new Following<>();

    following.cancel(true);
    following.endAs(source);

    assertThat(source).isCancelled();
  }

  @Test
  void whatEndsOtherwiseLeavesTheOtherAlone() {
    Following<String> following = new Following<>();

    following.endAs(source);
    following.complete("mine");

    assertThat(source).isNotDone();
  }

  @Test
  void aChainEndsWithoutAStage() {
    Following<String> second = new Following<>();
    Following<String> third = new Following<>();
    Following<String> first = new Following<>();
    second.endAs(first);
    third.endAs(second);
    Following<String> failing = new Following<>();
    Following<String> failed = new Following<>();
    failed.endAs(failing);

    int stages = first.getNumberOfDependents() + second.getNumberOfDependents();
    first.complete("x");
    failing.cancel(true);

    assertThat(stages).isZero();
    assertThat(third).isCompletedWithValue("x");
    assertThat(failed).isCancelled();
  }

  /** Takes what comes second. */
  private static final class Second extends Derived<String, String> {
    private final CompletableFuture<String> next;
    private boolean first = true;

    Second(CompletableFuture<String> one, CompletableFuture<String> next) {
      this.next = next;
      follow(one);
    }

    @Override
    protected void heard(String value, @Nullable Throwable failure) {
      if ("unheard of".equals(value)) {
        throw new IllegalArgumentException(value);
      }
      if (first) {
        first = false;
        follow(next);
      } else {
        complete(value);
      }
    }

    void end() {
      giveUp(new IllegalStateException("too late"));
    }
  }

  @Test
  void followsOneAfterAnother() {
    CompletableFuture<String> next = new CompletableFuture<>();
    Second second = new Second(source, next);

    source.completeExceptionally(new IllegalStateException("on purpose"));
    next.complete("x");

    assertThat(second).isCompletedWithValue("x");
  }

  @Test
  void givingUpCancelsTheOneThatItFollowsNow() {
    CompletableFuture<String> next = new CompletableFuture<>();
    Second second = new Second(source, next);
    source.complete("first");

    second.end();

    assertThat(second.exceptionNow()).hasMessage("too late");
    assertThat(next).isCancelled();
  }

  @Test
  void whatHasEndedGivesNothingUp() {
    CompletableFuture<String> next = new CompletableFuture<>();
    Second second = new Second(source, next);

    second.complete("mine");
    second.end();

    assertThat(second).isCompletedWithValue("mine");
    assertThat(source).isNotDone();
  }

  @Test
  void whatItThrowsIsItsFailure() {
    Second second = new Second(source, new CompletableFuture<>());

    source.complete("unheard of");

    assertThat(second.exceptionNow()).isInstanceOf(IllegalArgumentException.class);
  }
}
