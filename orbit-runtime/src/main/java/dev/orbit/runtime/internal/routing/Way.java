package dev.orbit.runtime.internal.routing;

import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.runtime.internal.directory.Arrival;
import dev.orbit.runtime.internal.life.Admission;
import dev.orbit.runtime.internal.life.Life;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Where a call goes that the directory does not let run here, so that its caller still gets its
 * answer. Thread-safe.
 *
 * @param routed the call
 * @param reply what its caller waits for
 */
record Way(RoutedCall routed, CompletableFuture<Reply> reply, Onward onward)
    implements Admission.Elsewhere {

  @Override
  public void passOn(MemberId to, boolean placed) {
    CompletableFuture<Reply> answer = onward.passOn(routed, to, placed);
    var _ =
        answer.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                reply.complete(value);
              } else {
                reply.completeExceptionally(failure);
              }
            });
    if (!answer.isDone()) {
      var _ =
          reply.whenComplete(
              (_, _) -> {
                if (reply.isCancelled()) {
                  answer.cancel(true);
                }
              });
    }
  }

  @Override
  public void nobody() {
    reply.complete(Reply.refused(onward.nobodyHosts(routed)));
  }

  /** As {@link Arrival#turnAway}. */
  void turnAway(Arrival.Refusal refusal, Life life) {
    switch (refusal) {
      // Only a host of the type knows whether a method wants no activation.
      case ABSENT, NOBODY -> nobody();
      case EXPIRED, ENDED, FULL -> reply.complete(Reply.refused(life.refusal(refusal, routed)));
    }
  }

  /** The member on which the call was made, or that sent it here. */
  Optional<MemberId> caller(Life life, RoutedCall call) {
    if (call.beginsHere()) {
      return Optional.of(life.member());
    }
    return call.passedOn()
        .sender()
        .flatMap(node -> life.applied().flatMap(placement -> placement.view().member(node)))
        .map(Member::id);
  }
}
