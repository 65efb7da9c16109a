package dev.orbit.runtime.internal.hosting;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which calls wait for an activation, and when their turns may begin. {@link #next}, {@link
 * #handed}, {@link #mayGoOn} and {@link #closeIfEmpty} belong to the run of the activation, that is
 * to whoever holds the mailbox's flag; all else is thread-safe.
 */
sealed interface TurnOrder permits ExclusiveTurns, SharedTurns {
  /** The calls that came, with the flag of the run. */
  Mailbox<Call> mailbox();

  /** Runs, or puts into line, the call that the {@link Mailbox#hand mailbox handed} to this run. */
  void handed(Call call, Instance instance);

  /** Begins the next turn if one may begin now, and perhaps runs it to its end; tells whether. */
  boolean next(Instance instance);

  /** Whether {@link #next} could begin one now. */
  boolean mayGoOn();

  /** Closes if no call waits and no turn is open. */
  boolean closeIfEmpty();

  /** Closes, and hands out the calls whose turns have not begun. */
  List<Call> close();

  /** Takes a call out whose turn has not begun and never will; false if it is not there. */
  boolean withdraw(Call call);

  /** The turns that have begun and not ended. */
  List<Turn> open();

  /** The open turns whose end {@code call} must wait for, by which it would be held up now. */
  List<Turn> blocking(Call call);

  /** The call of that id whose turn has not begun; null if there is none. */
  @Nullable Call waiting(long callId);

  /** The code of an open turn stops to wait for something. */
  void waits(Turn turn);

  /** It goes on; blocks until it may. */
  void goesOn(Turn turn);
}
