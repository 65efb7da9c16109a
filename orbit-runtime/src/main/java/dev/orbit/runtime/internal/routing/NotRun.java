package dev.orbit.runtime.internal.routing;

import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.internal.call.Following;
import dev.orbit.client.internal.call.RefusedElsewhere;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Answers that say that a call surely did not run. */
final class NotRun {
  private NotRun() {}

  /**
   * An answer that says "surely not run" counts as a failure of the attempt, where trying again
   * makes sense.
   *
   * @param hold keeps a call for which its actor had no room until there is some; null if it cannot
   */
  static CompletableFuture<Reply> asFailure(
      CompletableFuture<Reply> reply,
      Predicate<NotExecutedException> again,
      Function<Reply, @Nullable CompletableFuture<Reply>> hold) {
    Judged judged = new Judged(again, hold);
    judged.endAs(reply);
    return judged;
  }

  /** Ends as the answer, or the one after it, says. */
  private static final class Judged extends Following<Reply> {
    private final Predicate<NotExecutedException> again;
    private Function<Reply, @Nullable CompletableFuture<Reply>> hold;

    Judged(
        Predicate<NotExecutedException> again,
        Function<Reply, @Nullable CompletableFuture<Reply>> hold) {
      this.again = again;
      this.hold = hold;
    }

    @Override
    protected void heard(Reply answer, @Nullable Throwable failure) {
      if (failure != null) {
        completeExceptionally(failure);
        return;
      }
      CompletableFuture<Reply> held = answer.credit() == 0 || isDone() ? null : hold.apply(answer);
      if (held != null) {
        hold = WaitingRoom.NOWHERE;
        endAs(held);
        return;
      }
      Optional<NotExecutedException> refused = answer.notExecuted();
      if (refused.isEmpty() || !again.test(refused.get())) {
        complete(answer);
      } else {
        completeExceptionally(
            answer.fromAfar() ? new RefusedElsewhere(refused.get()) : refused.get());
      }
    }
  }
}
