package dev.orbit.runtime.internal.routing;

import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.internal.call.RefusedElsewhere;
import dev.orbit.client.internal.call.Retrying;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one call, of which one is under way at a time: where this node decides the way of
 * the call, each waits for room at its actor before it is sent or, where the host had none, before
 * it is sent again.
 */
final class Attempts
    implements Retrying.Attempt<Reply>, Function<RoutedCall, CompletableFuture<Reply>> {
  /** How a call is sent. */
  interface Sending {
    /**
     * Sends it.
     *
     * @param attempts how many were made before
     */
    CompletableFuture<Reply> send(RoutedCall call, int attempts);
  }

  private final RoutedCall call;
  private final Predicate<NotExecutedException> again;
  private final WaitingRoom room;
  private final UnderWay underWay;
  private final Sending sending;

  // Of the attempt that is under way. It is made before it is sent, and ends before the next one.
  private int before;
  private boolean held;

  /**
   * Those of a call.
   *
   * @param again after which refusals there is another attempt; all others are the answer
   * @param underWay where it counts already, until it has ended
   */
  Attempts(
      RoutedCall call,
      Predicate<NotExecutedException> again,
      WaitingRoom room,
      UnderWay underWay,
      Sending sending) {
    this.call = call;
    this.again = again;
    this.room = room;
    this.underWay = underWay;
    this.sending = sending;
  }

  @Override
  public CompletableFuture<Reply> make(int attempts) {
    before = attempts;
    held = false;
    return call.choosesWay() ? room.pass(present(), this) : apply(call);
  }

  /** What was heard before the first attempt is old by the second. */
  private RoutedCall present() {
    return before == 0 ? call : call.withCredit(room.heed());
  }

  /** Sends it, now or when there is room. */
  @Override
  public CompletableFuture<Reply> apply(RoutedCall present) {
    return sending.send(present, before);
  }

  /** A call for which its actor had no room is kept until there is some. */
  @Override
  public @Nullable CompletableFuture<Reply> instead(Reply given) {
    if (held || given.credit() == 0 || !call.choosesWay()) {
      return null;
    }
    held = true;
    return room.heldBack(present(), given, this);
  }

  /** An answer that says "surely not run" is a failure where trying again makes sense. */
  @Override
  public @Nullable Throwable refusal(Reply given) {
    Optional<NotExecutedException> refused = given.notExecuted();
    if (refused.isEmpty() || !again.test(refused.get())) {
      return null;
    }
    return given.fromAfar() ? new RefusedElsewhere(refused.get()) : refused.get();
  }

  @Override
  public void ended() {
    underWay.end();
  }
}
