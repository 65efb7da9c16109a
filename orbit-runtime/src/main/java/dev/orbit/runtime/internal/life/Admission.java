package dev.orbit.runtime.internal.life;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.runtime.internal.directory.Arrival;
import dev.orbit.runtime.internal.hosting.Call;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A call of a type that this node hosts, on its way into a mailbox.
 *
 * @param life the life that it came to
 * @param elsewhere what to do with it where its actor is on another node
 * @param nowNanos the clock of the environment
 */
public record Admission(
    Life life,
    ActorRegistration registration,
    Call call,
    Optional<MemberId> caller,
    Elsewhere elsewhere,
    LongSupplier nowNanos)
    implements Arrival, Call.Origin {

  /** The way on of a call that does not run here. */
  public interface Elsewhere {
    /** Sends it to another member, as {@link Arrival#passOn}. */
    void passOn(MemberId to, boolean placed);

    /** Refuses it because nobody hosts its type. */
    void nobody();
  }

  /** As what the owner sent here, whoever did: it goes back when the owner knows better. */
  @Override
  public void lookAgain() {
    life.admitAgain(this);
  }

  @Override
  public AddressableReference address() {
    return call.target();
  }

  @Override
  public boolean deliver() {
    return life.activations().deliver(call);
  }

  @Override
  public void passOn(MemberId to, boolean placed) {
    if (call.take()) {
      elsewhere.passOn(to, placed);
    }
  }

  @Override
  public void turnAway(Refusal refusal) {
    switch (refusal) {
      // It can tell for how long it has waited.
      case EXPIRED -> call.expire(life.member().node().key(), nowNanos.getAsLong());
      case ENDED, FULL -> call.refuse(life.refusal(refusal, call));
      case ABSENT -> call.answerAbsent();
      case NOBODY -> {
        if (call.take()) {
          elsewhere.nobody();
        }
      }
    }
  }

  @Override
  public boolean activates() {
    return !call.method().traits().onlyIfActive();
  }

  @Override
  public boolean isOver() {
    return call.isAnswered();
  }

  @Override
  public long deadlineNanos() {
    return call.context().deadlineNanos();
  }
}
