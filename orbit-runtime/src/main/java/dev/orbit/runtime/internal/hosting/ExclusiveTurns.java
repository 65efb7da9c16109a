package dev.orbit.runtime.internal.hosting;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One turn from its beginning to its end, then the next. The turn runs on the thread that runs the
 * activation, which holds the mailbox's flag meanwhile.
 */
final class ExclusiveTurns implements TurnOrder {
  private final Activation activation;
  private final Mailbox<Call> mailbox;
  private volatile @Nullable Turn running;

  ExclusiveTurns(Activation activation, Mailbox<Call> mailbox) {
    this.activation = activation;
    this.mailbox = mailbox;
  }

  @Override
  public Mailbox<Call> mailbox() {
    return mailbox;
  }

  @Override
  public boolean next(Instance instance) {
    Call call = mailbox.poll();
    if (call == null) {
      return false;
    }
    Turn turn = new Turn(activation, call);
    if (call.begin(turn)) {
      running = turn;
      try {
        turn.run(instance);
      } finally {
        running = null;
      }
    }
    return true;
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
    Turn turn = running;
    return turn == null ? List.of() : List.of(turn);
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
