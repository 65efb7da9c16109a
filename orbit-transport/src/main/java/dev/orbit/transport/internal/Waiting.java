package dev.orbit.transport.internal;

import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an outbox has collected: what is urgent before what is not, each in its order, and neither
 * so often that the other never comes: of four in a row one is of the other kind, where there is
 * one. Only for the loop.
 */
final class Waiting {
  /** So many urgent ones go before one that is not. */
  private static final int URGENT_RUN = 3;

  private final ArrayDeque<Outgoing> urgent = new ArrayDeque<>();
  private final ArrayDeque<Outgoing> others = new ArrayDeque<>();

  /** How many urgent ones have gone since another one did. */
  private int run;

  private ArrayDeque<Outgoing> of(Outgoing message) {
    return message.isUrgent() ? urgent : others;
  }

  void add(Outgoing message) {
    of(message).add(message);
  }

  /** Puts a message back that was taken out; those taken out after it first. */
  void putBack(Outgoing message) {
    of(message).addFirst(message);
  }

  boolean isEmpty() {
    return urgent.isEmpty() && others.isEmpty();
  }

  /** The one that goes next; null where there is none. */
  @Nullable Outgoing peek() {
    if (urgent.isEmpty() || (run >= URGENT_RUN && !others.isEmpty())) {
      return others.peek();
    }
    return urgent.peek();
  }

  /** Takes out the one that goes next. */
  void remove(Outgoing next) {
    of(next).removeFirst();
    run = next.isUrgent() ? run + 1 : 0;
  }

  /** The first one, where none is urgent; null where one is, or there is none. */
  @Nullable Outgoing oldestThatMayWait() {
    return urgent.isEmpty() ? others.peek() : null;
  }

  void removeIf(Predicate<Outgoing> useless) {
    urgent.removeIf(useless);
    others.removeIf(useless);
  }
}
