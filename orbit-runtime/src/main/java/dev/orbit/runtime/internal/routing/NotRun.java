package dev.orbit.runtime.internal.routing;

import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.internal.call.RefusedElsewhere;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Answers that say that a call surely did not run. */
final class NotRun {
  private NotRun() {}

  /**
   * An answer that says "surely not run" counts as a failure of the attempt, where trying again
   * makes sense.
   */
  static CompletableFuture<Reply> asFailure(
      CompletableFuture<Reply> reply, Predicate<NotExecutedException> again) {
    if (reply.isDone() && !reply.isCompletedExceptionally()) {
      return judged(reply.join(), again);
    }
    CompletableFuture<Reply> judged = reply.thenCompose(answer -> judged(answer, again));
    var _ =
        judged.whenComplete(
            (_, _) -> {
              if (judged.isCancelled()) {
                reply.cancel(true);
              }
            });
    return judged;
  }

  private static CompletableFuture<Reply> judged(
      Reply answer, Predicate<NotExecutedException> again) {
    Optional<NotExecutedException> refused = answer.notExecuted();
    if (refused.isEmpty() || !again.test(refused.get())) {
      return CompletableFuture.completedFuture(answer);
    }
    return CompletableFuture.failedFuture(
        answer.fromAfar() ? new RefusedElsewhere(refused.get()) : refused.get());
  }
}
