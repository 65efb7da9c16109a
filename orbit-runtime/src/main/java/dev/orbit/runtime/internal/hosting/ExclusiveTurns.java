package dev.orbit.runtime.internal.hosting;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One turn from its beginning to its end, then the next. The turn runs on the thread that runs the
 * activation, which holds the mailbox's flag meanwhile.
 */
final class ExclusiveTurns implements TurnOrder {
  private static final AtomicIntegerFieldUpdater<ExclusiveTurns> PLACE =
      AtomicIntegerFieldUpdater.newUpdater(ExclusiveTurns.class, "place");

  private final Activation activation;
  private final Mailbox<Call> mailbox;
  // Where the turn is that runs: in one of the node's places, or here if none was free.
  private volatile int place = TurnPlaces.NONE;
  private volatile @Nullable Turn beyond;

  ExclusiveTurns(Activation activation, Mailbox<Call> mailbox) {
    this.activation = activation;
    this.mailbox = mailbox;
  }

  @Override
  public Mailbox<Call> mailbox() {
    return mailbox;
  }

  @Override
  public void handed(Call call, Instance instance) {
    mailbox.tookHanded();
    run(call, instance);
  }

  @Override
  public boolean next(Instance instance) {
    Call call = mailbox.poll();
    if (call == null) {
      return false;
    }
    run(call, instance);
    return true;
  }

  private void run(Call call, Instance instance) {
    Turn turn = new Turn(activation, call);
    if (!call.begin(turn)) {
      return;
    }
    TurnPlaces places = activation.table().places();
    int taken = places.take(turn);
    if (taken == TurnPlaces.NONE) {
      beyond = turn;
    } else {
      place = taken;
    }
    try {
      turn.run(instance);
    } finally {
      if (taken == TurnPlaces.NONE) {
        beyond = null;
      } else {
        PLACE.lazySet(this, TurnPlaces.NONE);
        places.free(taken);
      }
    }
  }

  @Override
  public boolean mayGoOn() {
    return mailbox.hasLinked();
  }

  @Override
  public boolean closeIfEmpty() {
    return mailbox.closeIfEmpty();
  }

  @Override
  public List<Call> close() {
    return mailbox.close();
  }

  @Override
  public boolean withdraw(Call call) {
    return mailbox.remove(call);
  }

  @Override
  public List<Turn> open() {
    Turn turn = beyond;
    int taken = place;
    if (taken != TurnPlaces.NONE) {
      turn = activation.table().places().at(taken);
    }
    // Another's has the place already when this one has just ended.
    return turn == null || turn.activation() != activation ? List.of() : List.of(turn);
  }

  @Override
  public List<Turn> blocking(Call call) {
    return open();
  }

  @Override
  public @Nullable Call waiting(long callId) {
    for (Call call : mailbox.linked()) {
      if (call.context().callId() == callId) {
        return call;
      }
    }
    return null;
  }

  @Override
  public void waits(Turn turn) {
    // Nobody else may begin.
  }

  @Override
  public void goesOn(Turn turn) {
    // Nobody else has begun.
  }
}
