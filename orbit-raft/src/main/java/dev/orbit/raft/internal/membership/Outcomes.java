package dev.orbit.raft.internal.membership;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.raft.internal.cluster.CommandAnswer.Accepted;
import dev.orbit.raft.internal.cluster.CommandAnswer.Refusal;
import dev.orbit.raft.internal.cluster.CommandAnswer.Refused;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Answers of the cluster as results of a call. */
final class Outcomes {
  private Outcomes() {}

  static void settle(
      CompletableFuture<Long> result,
      Submitter.@Nullable Answered answered,
      @Nullable Throwable failure) {
    if (answered == null) {
      result.completeExceptionally(
          failure == null ? new IllegalStateException("no answer") : failure);
      return;
    }
    switch (answered.answer()) {
      case Accepted accepted -> result.complete(accepted.viewVersion());
      case Refused refused -> result.completeExceptionally(error(refused));
    }
  }

  /** As {@link #settle}; a life that has ended already is as good as one that left. */
  static void settleGoodbye(
      CompletableFuture<Long> result,
      Submitter.@Nullable Answered answered,
      @Nullable Throwable failure) {
    if (answered != null
        && answered.answer() instanceof Refused refused
        && refused.reason() == Refusal.NOT_MEMBER) {
      result.complete(refused.viewVersion());
    } else {
      settle(result, answered, failure);
    }
  }

  static OrbitException error(Refused refused) {
    String text = refused.description();
    return switch (refused.reason()) {
      case STILL_HELD, OVERTAKEN, NOT_MEMBER, STOPPED_FOR_GOOD, HAS_BEGUN ->
          new NotExecutedException(ErrorCode.LEASE_LOST, text);
      case TOO_MANY_MEMBERS -> new NotExecutedException(ErrorCode.OVERLOADED, text);
      case SUPERSEDED -> new OutcomeUnknownException(ErrorCode.CONNECTION_LOST, text);
      case WRONG_CLUSTER -> new ProtocolException(ErrorCode.WRONG_CLUSTER, text);
      case WRONG_SETTINGS -> new ConfigurationException(ErrorCode.BAD_CONFIGURATION, text);
    };
  }
}
