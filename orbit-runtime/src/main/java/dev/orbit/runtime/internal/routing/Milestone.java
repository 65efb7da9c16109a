package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.directory.Arrival;
import dev.orbit.runtime.internal.life.Life;
import java.util.Optional;

/**
 * What follows calls on their way to an actor. It waits where they wait, is passed on where they
 * are, and is answered as soon as they have come to the actor's host, or to where nobody runs them.
 *
 * @param way the way on, and what the sender waits for
 */
record Milestone(Way way, Life life) implements Arrival {
  private void answer() {
    way.complete(new Reply(new Content.InvocationResponse("null"), null));
  }

  @Override
  public AddressableReference address() {
    return way.routed().target();
  }

  @Override
  public Optional<MemberId> caller() {
    return way.caller(life);
  }

  @Override
  public boolean deliver() {
    if (life.activations().grantOf(address()) == null) {
      return false;
    }
    answer();
    return true;
  }

  @Override
  public void passOn(MemberId to, boolean placed) {
    way.passOn(to, placed);
  }

  /** Those before it were turned away too. */
  @Override
  public void turnAway(Refusal refusal) {
    answer();
  }

  @Override
  public boolean activates() {
    return false;
  }

  @Override
  public boolean isOver() {
    return way.isDone();
  }

  @Override
  public long deadlineNanos() {
    return way.routed().context().deadlineNanos();
  }
}
