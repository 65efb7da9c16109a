package dev.orbit.runtime.internal.routing;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.proto.Payload;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits before a {@link Door}, or has waited; completes with its answer, at its
 * deadline at the latest. Whether it waits or is sent is decided by who takes it out of the door's
 * queue: the thread that sends it, its deadline, its caller who does not want it any more, or the
 * end of the node. Thread-safe.
 */
final class Held extends CompletableFuture<Reply> {
  /** By how much at most a call gives up before its caller does. */
  private static final Duration EARLIER = Duration.ofMillis(25);

  /** Whoever has waited until the deadline is not told to come back before it. */
  private static final Duration LEAST_ADVICE = EARLIER.multipliedBy(2);

  private final WaitingRoom room;
  private final Environment environment;
  private final RoutedCall call;
  private final Function<RoutedCall, CompletableFuture<Reply>> way;
  private final int size;
  private final long patienceNanos;
  private final Cancellable patience;
  private volatile @Nullable Door before;
  private volatile @Nullable CompletableFuture<Reply> sent;
  private long number;
  private long turn;

  Held(
      WaitingRoom room,
      Environment environment,
      RoutedCall call,
      Function<RoutedCall, CompletableFuture<Reply>> way) {
    this.room = room;
    this.environment = environment;
    this.call = call;
    this.way = way;
    Payload payload = call.payload();
    this.size = (payload == null ? 0 : payload.bytes().length) + call.text().length();
    long now = environment.nanoTime();
    long left = call.context().remainingNanos(now);
    // A little earlier than its caller gives up, who then hears where the time went.
    long wait = Math.max(1, left - Math.min(left / 20, EARLIER.toNanos()));
    this.patienceNanos = now + wait;
    this.patience = environment.schedule(Duration.ofNanos(wait), this::expire);
  }

  RoutedCall call() {
    return call;
  }

  /** How many bytes its arguments have. */
  int size() {
    return size;
  }

  /** Where it stands, or stood last. Guarded by its door. */
  long turn() {
    return turn;
  }

  void standsBefore(Door door, long place) {
    turn = place;
    before = door;
  }

  void goesWith(long heard) {
    number = heard;
    before = null;
  }

  /** Gives up what it waits for at its deadline. */
  void isNotKept() {
    patience.cancel();
  }

  /** Sends it through a door that it does not stand before any more. */
  void go(Door door) {
    room.leavePlace(this);
    CompletableFuture<Reply> reply;
    try {
      reply =
          isDone()
              ? CompletableFuture.failedFuture(new IllegalStateException("nobody waits"))
              : way.apply(call.answered().withCredit(number));
    } catch (RuntimeException e) {
      reply = CompletableFuture.failedFuture(e);
    }
    sent = reply;
    var _ = reply.whenComplete((answer, failure) -> answered(door, answer, failure));
    if (isCancelled()) {
      reply.cancel(true);
    }
  }

  private void answered(Door door, @Nullable Reply answer, @Nullable Throwable failure) {
    sent = null;
    if (answer != null && answer.credit() != 0 && !isDone() && comesBack(door, answer)) {
      return;
    }
    door.ended(number, answer != null && answer.notExecuted().isEmpty());
    door.pump();
    patience.cancel();
    if (answer != null) {
      complete(answer);
    } else if (failure != null) {
      completeExceptionally(failure);
    }
  }

  private boolean comesBack(Door door, Reply refusal) {
    Door.Verdict verdict = Door.Verdict.of(refusal);
    Door present = room.takeBack(this, door, verdict);
    if (present == null) {
      return false;
    }
    stays(present);
    present.pump();
    return true;
  }

  /** It stands before a door now: what came before it stood there is looked at. */
  void stays(Door door) {
    if (isDone()) {
      leave();
    } else if (environment.nanoTime() - patienceNanos >= 0) {
      expire();
    } else if (room.isClosed()) {
      door.refuseAll();
    }
  }

  /** Gives its place up, if it has one. */
  private boolean leave() {
    Door door = before;
    boolean left = door != null && door.remove(this);
    if (left) {
      room.leavePlace(this);
    }
    return left;
  }

  private void expire() {
    Door door = before;
    if (door == null || !leave()) {
      return;
    }
    Door.Verdict why = door.last();
    Duration advice = why.pause().compareTo(LEAST_ADVICE) > 0 ? why.pause() : LEAST_ADVICE;
    var reason =
        new OverloadedException(
            "%s did not run: until its deadline it waited on node %s for room in the actor's mailbox%s"
                .formatted(call, room.node(), why.words()),
            null,
            advice);
    // Not on a timer's thread: whoever hears of it may do anything.
    environment.virtualThreads().execute(() -> completeExceptionally(reason));
  }

  /** The node stops. */
  void refuse() {
    patience.cancel();
    completeExceptionally(
        new NotExecutedException(
            ErrorCode.SHUTTING_DOWN,
            "%s did not run: the node that it was made on has stopped".formatted(call)));
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    boolean cancelled = super.cancel(mayInterrupt);
    if (cancelled) {
      patience.cancel();
      leave();
      CompletableFuture<Reply> present = sent;
      if (present != null) {
        present.cancel(true);
      }
    }
    return cancelled;
  }
}
