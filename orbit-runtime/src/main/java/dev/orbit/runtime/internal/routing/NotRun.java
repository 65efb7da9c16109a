package dev.orbit.runtime.internal.routing;

import dev.orbit.api.error.NotExecutedException;
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
    CompletableFuture<Reply> judged = new CompletableFuture<>();
    follow(reply, judged, again, hold);
    return judged;
  }

  private static void follow(
      CompletableFuture<Reply> reply,
      CompletableFuture<Reply> judged,
      Predicate<NotExecutedException> again,
      Function<Reply, @Nullable CompletableFuture<Reply>> hold) {
    var _ =
        reply.whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                judged.completeExceptionally(failure);
                return;
              }
              try {
                judge(answer, judged, again, hold);
              } catch (RuntimeException | Error e) {
                // What is thrown from here is lost, and the call would never end.
                judged.completeExceptionally(e);
              }
            });
    if (!judged.isDone() || judged.isCancelled()) {
      var _ =
          judged.whenComplete(
              (_, _) -> {
                if (judged.isCancelled()) {
                  reply.cancel(true);
                }
              });
    }
  }

  private static void judge(
      Reply answer,
      CompletableFuture<Reply> judged,
      Predicate<NotExecutedException> again,
      Function<Reply, @Nullable CompletableFuture<Reply>> hold) {
    CompletableFuture<Reply> held =
        answer.credit() == 0 || judged.isDone() ? null : hold.apply(answer);
    if (held != null) {
      follow(held, judged, again, WaitingRoom.NOWHERE);
      return;
    }
    Optional<NotExecutedException> refused = answer.notExecuted();
    if (refused.isEmpty() || !again.test(refused.get())) {
      judged.complete(answer);
    } else {
      judged.completeExceptionally(
          answer.fromAfar() ? new RefusedElsewhere(refused.get()) : refused.get());
    }
  }
}
