package dev.orbit.runtime.internal.routing;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.client.internal.call.Derived;
import dev.orbit.client.internal.call.EndsByDeadline;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.codec.Codecs;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.hosting.Watched;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call that went the long way, as its caller waits for it. Whoever carries it ends it by its
 * deadline and says what is known; should nobody do so, it ends itself, so that its caller needs no
 * timer. Thread-safe.
 */
final class DistantCall extends Derived<Reply, @Nullable Object>
    implements EndsByDeadline, Watched {
  /** How long past the deadline it waits for those who know whether the call was sent. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Invocation invocation;
  private final Codecs codecs;

  DistantCall(Invocation invocation, Codecs codecs) {
    this.invocation = invocation;
    this.codecs = codecs;
  }

  /** Its answer will be that. */
  void isAnsweredBy(CompletableFuture<Reply> reply) {
    follow(reply);
  }

  @Override
  protected void heard(Reply answer, @Nullable Throwable failure) {
    if (failure == null) {
      complete(decoded(answer));
    } else {
      completeExceptionally(failure);
    }
  }

  private @Nullable Object decoded(Reply answer) {
    return switch (answer.content()) {
      case Content.InvocationResponse(String text) ->
          invocation.method().oneWay()
              ? null
              : codecs.decodeResult(invocation.method(), answer.payload(), text);
      case Content.InvocationError error -> throw ErrorMapping.toException(error, invocation);
      case Content.Failure failure -> throw ErrorMapping.toException(failure, invocation);
      case Content.InfoRequest _,
          Content.InfoResponse _,
          Content.InvocationRequest _,
          Content.Hello _,
          Content.Batch _,
          Content.Chunk _,
          Content.Transfer _,
          Content.Credit _,
          Content.Cancel _,
          Content.EntriesRequest _,
          Content.EntriesResponse _,
          Content.EntriesRefused _,
          Content.LocationHint _,
          Content.DirectoryRequest _,
          Content.DirectoryResponse _,
          Content.LeaseRequest _,
          Content.LeaseResponse _,
          Content.GroupRequest _,
          Content.GroupResponse _,
          Content.Goodbye _,
          Content.WaitProbe _ ->
          throw new ProtocolException(
              ErrorCode.PROTOCOL_VIOLATION,
              "%s was answered by %s"
                  .formatted(invocation, answer.content().getClass().getSimpleName()));
    };
  }

  @Override
  public boolean isOver() {
    return isDone();
  }

  @Override
  public long remainingNanos(long nowNanos) {
    return invocation.context().remainingNanos(nowNanos) + GRACE_NANOS;
  }

  @Override
  public void expire(String node, long nowNanos) {
    giveUp(
        new OutcomeUnknownException(
            ErrorCode.DEADLINE_DURING_EXECUTION,
            "%s was not answered by its deadline; it may have run".formatted(invocation)));
  }

  @Override
  public void unwatched(String node) {
    giveUp(
        new OutcomeUnknownException(
            ErrorCode.CONNECTION_LOST,
            "%s was not answered before node %s, on which it was made, had stopped; it may have run"
                .formatted(invocation, node)));
  }
}
