package dev.orbit.runtime.internal.routing;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.client.internal.call.EndsByDeadline;
import dev.orbit.client.internal.call.Following;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.call.RetryPolicy;
import dev.orbit.client.internal.codec.Codecs;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.runtime.internal.hosting.Answer;
import dev.orbit.runtime.internal.hosting.Call;
import dev.orbit.runtime.internal.life.Admission;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call from this node to an actor of this node, from its caller's wait to its answer in one
 * object. Results that nobody can change are given as they are; others, and what the actor throws,
 * take the way that they would take over the wire.
 */
final class LocalCall extends Following<@Nullable Object>
    implements Answer, Admission.Elsewhere, EndsByDeadline {
  private static final AtomicReferenceFieldUpdater<LocalCall, @Nullable UnderWay> COUNTED =
      AtomicReferenceFieldUpdater.<LocalCall, @Nullable UnderWay>newUpdater(
          LocalCall.class, UnderWay.class, "counted");

  private final Invocation invocation;
  private final Codecs codecs;
  private final Consumer<LocalCall> otherwise;
  private volatile @Nullable Call call;
  private volatile long credit;
  private volatile @Nullable UnderWay counted;

  /**
   * A call.
   *
   * @param otherwise makes it once more, the way that finds actors which have moved, when this node
   *     surely did not run it and another attempt may
   * @param credit as {@link dev.orbit.proto.Headers#credit}
   */
  LocalCall(Invocation invocation, Codecs codecs, Consumer<LocalCall> otherwise, long credit) {
    this.invocation = invocation;
    this.codecs = codecs;
    this.otherwise = otherwise;
    this.credit = credit;
  }

  Invocation invocation() {
    return invocation;
  }

  /** Counts as under way there until it has ended. To be said before anybody could end it. */
  void countsIn(UnderWay calls) {
    calls.begin();
    counted = calls;
  }

  /** Has ended, or is not made this way after all. */
  void countsNoMore() {
    UnderWay calls = counted;
    if (calls != null && COUNTED.compareAndSet(this, calls, null)) {
      calls.end();
    }
  }

  @Override
  protected void ended() {
    countsNoMore();
  }

  /** It stands in a queue as that. */
  void is(Call waiting) {
    call = waiting;
    if (isCancelled()) {
      waiting.cancel();
    }
  }

  @Override
  public void passOn(MemberId to, boolean placed) {
    otherwise.accept(this);
  }

  @Override
  public void nobody() {
    otherwise.accept(this);
  }

  @Override
  public void returned(@Nullable Object value) {
    try {
      complete(codecs.isolatedResult(invocation.method(), value));
    } catch (OrbitException e) {
      completeExceptionally(e);
    }
  }

  @Override
  public void threw(Throwable failure) {
    completeExceptionally(
        ErrorMapping.toException(ErrorMapping.threw(failure, invocation.method()), invocation));
  }

  @Override
  public long credit() {
    return credit;
  }

  /** The long way leads to where calls wait for room. */
  @Override
  public void noRoom(OverloadedException reason, long number) {
    credit = number;
    otherwise.accept(this);
  }

  @Override
  public void refused(OrbitException reason) {
    if (reason instanceof NotExecutedException && RetryPolicy.isRetryable(reason)) {
      otherwise.accept(this);
    } else {
      completeExceptionally(reason);
    }
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    boolean cancelled = super.cancel(mayInterrupt);
    if (cancelled) {
      Call waiting = call;
      if (waiting != null) {
        waiting.cancel();
      }
    }
    return cancelled;
  }
}
