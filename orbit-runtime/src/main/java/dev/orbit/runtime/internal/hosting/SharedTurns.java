package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.Reentrant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns of an actor that declares that some of them may be open at once.
 *
 * <p>Two questions are asked before a turn begins. <em>May it be open beside those that are
 * open?</em> Yes, if the actor is reentrant for every call, or one of the two is of an {@code
 * AlwaysInterleave} method, or both are of read-only methods, or the open one has caused it and the
 * actor is reentrant along call chains. <em>May its code run now?</em> The code of one turn runs at
 * a time, except that read-only turns run beside one another. A turn that waits for a call lets
 * others run and goes on only when it may again; those that want to go on come before those that
 * want to begin.
 *
 * <p>Calls begin in the order in which they came. Past those that wait go only calls of {@code
 * AlwaysInterleave} methods, and calls that an open turn has caused: it cannot end before they do.
 *
 * <p>Each turn has a thread of its own. All fields are guarded by this object's monitor; whatever
 * lets somebody else in ends with {@link Activation#scheduleIfDue}, so that whoever was held up is
 * looked at again.
 */
final class SharedTurns implements TurnOrder {
  private final Activation activation;
  private final Optional<Reentrant.Scope> reentrancy;
  private final Mailbox<Call> mailbox;

  private final ArrayDeque<Call> overtaking = new ArrayDeque<>();
  private final ArrayDeque<Call> inOrder = new ArrayDeque<>();
  private final List<Turn> open = new ArrayList<>();
  private int readersRunning;
  private boolean othersRunning;
  private int wantToGoOn;

  SharedTurns(Activation activation, Optional<Reentrant.Scope> reentrancy, Mailbox<Call> mailbox) {
    this.activation = activation;
    this.reentrancy = reentrancy;
    this.mailbox = mailbox;
  }

  @Override
  public Mailbox<Call> mailbox() {
    return mailbox;
  }

  @Override
  public void handed(Call call, Instance instance) {
    mailbox.keep(call);
  }

  @Override
  public boolean next(Instance instance) {
    Turn turn = begin();
    if (turn == null) {
      return false;
    }
    activation.spawn(() -> run(turn, instance));
    return true;
  }

  private void run(Turn turn, Instance instance) {
    try {
      turn.run(instance);
    } finally {
      end(turn);
      activation.turnEnded();
    }
  }

  private synchronized @Nullable Turn begin() {
    sort();
    Call call;
    while ((call = admissible()) != null) {
      if (!overtaking.remove(call)) {
        inOrder.remove(call);
      }
      mailbox.taken();
      Turn turn = new Turn(activation, call);
      if (call.begin(turn)) {
        open.add(turn);
        enter(turn);
        return turn;
      }
    }
    return null;
  }

  /** Takes what has come out of the mailbox into its line. */
  private void sort() {
    for (Call call = mailbox.unlink(); call != null; call = mailbox.unlink()) {
      if (call.method().traits().interleaves() || isCausedHere(call)) {
        overtaking.add(call);
      } else {
        inOrder.add(call);
      }
    }
  }

  private boolean isCausedHere(Call call) {
    for (Turn turn : open) {
      if (turn.hasCaused(call) && mayBeOpenBeside(call, turn)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Call admissible() {
    if (wantToGoOn > 0) {
      return null;
    }
    for (Call call : overtaking) {
      if (isAdmissible(call)) {
        return call;
      }
    }
    Call first = inOrder.peek();
    return first != null && isAdmissible(first) ? first : null;
  }

  private boolean isAdmissible(Call call) {
    return call.isAnswered() || (mayRun(isReader(call)) && isOpenable(call));
  }

  private boolean isOpenable(Call call) {
    for (Turn turn : open) {
      if (!mayBeOpenBeside(call, turn)) {
        return false;
      }
    }
    return true;
  }

  private boolean mayBeOpenBeside(Call call, Turn turn) {
    Call other = turn.call();
    if (other.method().traits().interleaves() || call.method().traits().interleaves()) {
      return true;
    }
    if (isReader(call) && isReader(other)) {
      return true;
    }
    return reentrancy.isPresent()
        && switch (reentrancy.get()) {
          case EVERY_CALL -> true;
          case CALL_CHAIN -> turn.hasCaused(call);
        };
  }

  private static boolean isReader(Call call) {
    return call.method().traits().readOnly();
  }

  private boolean mayRun(boolean reader) {
    return !othersRunning && (reader || readersRunning == 0);
  }

  private void enter(Turn turn) {
    if (isReader(turn.call())) {
      readersRunning++;
    } else {
      othersRunning = true;
    }
  }

  private void leave(Turn turn) {
    if (isReader(turn.call())) {
      readersRunning--;
    } else {
      othersRunning = false;
    }
    notifyAll();
  }

  private synchronized void end(Turn turn) {
    open.remove(turn);
    leave(turn);
  }

  @Override
  public void waits(Turn turn) {
    synchronized (this) {
      leave(turn);
    }
    activation.scheduleIfDue();
  }

  @Override
  public void goesOn(Turn turn) {
    boolean interrupted = false;
    synchronized (this) {
      wantToGoOn++;
      while (!mayRun(isReader(turn.call()))) {
        try {
          wait();
        } catch (InterruptedException e) {
          // The turn has to go on before it can end.
          interrupted = true;
        }
      }
      wantToGoOn--;
      enter(turn);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    activation.scheduleIfDue();
  }

  @Override
  public synchronized boolean mayGoOn() {
    sort();
    return admissible() != null;
  }

  @Override
  public synchronized boolean closeIfEmpty() {
    return open.isEmpty() && mailbox.closeIfEmpty();
  }

  @Override
  public List<Call> close() {
    List<Call> rest = new ArrayList<>();
    synchronized (this) {
      sort();
      rest.addAll(overtaking);
      rest.addAll(inOrder);
      overtaking.clear();
      inOrder.clear();
      rest.forEach(call -> mailbox.taken());
      rest.addAll(mailbox.close());
    }
    return rest;
  }

  @Override
  public boolean withdraw(Call call) {
    synchronized (this) {
      if (!overtaking.remove(call) && !inOrder.remove(call)) {
        return mailbox.remove(call);
      }
      mailbox.taken();
    }
    // It may have been what others stood behind.
    activation.scheduleIfDue();
    return true;
  }

  @Override
  public synchronized List<Turn> open() {
    return List.copyOf(open);
  }

  @Override
  public synchronized List<Turn> blocking(Call call) {
    Set<Turn> blocking = new LinkedHashSet<>(open);
    if (overtaking.contains(call) || !inOrder.contains(call)) {
      blocking.removeIf(turn -> mayBeOpenBeside(call, turn));
      return List.copyOf(blocking);
    }
    // Whatever holds up those before it holds it up as well.
    blocking.clear();
    Iterator<Call> line = inOrder.iterator();
    Call before = null;
    while (line.hasNext() && before != call) {
      before = line.next();
      for (Turn turn : open) {
        if (!mayBeOpenBeside(before, turn)) {
          blocking.add(turn);
        }
      }
    }
    return List.copyOf(blocking);
  }

  @Override
  public synchronized @Nullable Call waiting(long callId) {
    sort();
    for (ArrayDeque<Call> line : List.of(overtaking, inOrder)) {
      for (Call call : line) {
        if (call.context().callId() == callId) {
          return call;
        }
      }
    }
    return null;
  }
}
