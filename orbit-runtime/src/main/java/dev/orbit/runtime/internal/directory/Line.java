package dev.orbit.runtime.internal.directory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * What waits at one partition: for entries or behind others, in its order; or for a view that this
 * node has not applied. Everything here happens under the seat's monitor.
 */
final class Line {
  private final Seat seat;
  private final Surroundings around;
  private final Deque<Waiting> waiting = new ArrayDeque<>(0);
  private List<Waiting.Asked> behind = new ArrayList<>(0);

  Line(Seat seat, Surroundings around) {
    this.seat = seat;
    this.around = around;
  }

  /** Whether nothing waits for entries or behind others. */
  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Whether nothing waits for a view either. */
  boolean isIdle() {
    return waiting.isEmpty() && behind.isEmpty();
  }

  boolean anyMatch(Predicate<Waiting> ready) {
    return waiting.stream().anyMatch(ready);
  }

  /** All that wait for entries or behind others, to be looked at. */
  Collection<Waiting> all() {
    return Collections.unmodifiableCollection(waiting);
  }

  /** Lets a call wait if it can, and says whether it does. */
  boolean park(Arrival call, boolean placed, Effects effects) {
    if (around.park()) {
      waiting.add(new Waiting.Called(call, placed));
      return true;
    }
    effects.add(() -> call.turnAway(Arrival.Refusal.FULL));
    return false;
  }

  /** Puts calls that came before whatever waits; the places that they take stay taken. */
  void goFirst(List<Arrival> calls) {
    for (Arrival call : calls.reversed()) {
      waiting.addFirst(new Waiting.Called(call, false));
    }
  }

  /** As {@link #put}, of a question of a view that this node has not applied. */
  void putBehind(Waiting.Asked asked, Effects effects) {
    put(behind, asked, effects);
  }

  /** Lets a question wait if it can, and says whether it does. */
  boolean put(Waiting.Asked asked, Effects effects) {
    return put(waiting, asked, effects);
  }

  /**
   * That a registration is over is told again by whoever says so: a node that stops says it of all
   * that it hosted, and must not take the places of calls.
   */
  private boolean put(
      Collection<? super Waiting.Asked> line, Waiting.Asked asked, Effects effects) {
    boolean waits = !asked.isUnregister() && around.park();
    if (waits) {
      line.add(asked);
    } else {
      asked.refresh(seat.viewVersion(), effects);
    }
    return waits;
  }

  /** Takes out those that are ready, in their order. */
  List<Waiting> take(Predicate<Waiting> isReady) {
    List<Waiting> all = new ArrayList<>(waiting);
    waiting.clear();
    List<Waiting> ready = new ArrayList<>(all.size());
    all.forEach(next -> (isReady.test(next) ? ready : waiting).add(next));
    around.unpark(ready.size());
    return ready;
  }

  /** Takes out those that waited for a view. */
  List<Waiting.Asked> takeBehind() {
    List<Waiting.Asked> due = behind;
    behind = new ArrayList<>(0);
    around.unpark(due.size());
    return due;
  }

  void tick(long nowNanos, Effects effects) {
    removeOver(waiting.iterator(), nowNanos, effects);
    removeOver(behind.iterator(), nowNanos, effects);
  }

  private void removeOver(Iterator<? extends Waiting> all, long nowNanos, Effects effects) {
    while (all.hasNext()) {
      if (isOver(all.next(), nowNanos, effects)) {
        all.remove();
        around.unpark(1);
      }
    }
  }

  /** Whether it need not wait any more; it is told so, unless it knows. */
  private boolean isOver(Waiting next, long nowNanos, Effects effects) {
    switch (next) {
      case Waiting.Called(Arrival call, _) -> {
        if (call.isOver()) {
          return true;
        }
        if (call.deadlineNanos() - nowNanos > 0) {
          return false;
        }
        effects.add(() -> call.turnAway(Arrival.Refusal.EXPIRED));
      }
      case Waiting.Asked asked -> {
        // Who asked has given up by then, and asks again.
        if (++asked.ticks <= Surroundings.BEHIND_TICKS) {
          return false;
        }
        asked.refresh(seat.viewVersion(), effects);
      }
    }
    return true;
  }

  /** Turns everything away. */
  void end(Effects effects) {
    for (Waiting next : waiting) {
      switch (next) {
        case Waiting.Called(Arrival call, _) ->
            effects.add(() -> call.turnAway(Arrival.Refusal.ENDED));
        case Waiting.Asked asked -> asked.refresh(seat.viewVersion(), effects);
      }
    }
    behind.forEach(asked -> asked.refresh(seat.viewVersion(), effects));
    around.unpark(waiting.size() + behind.size());
    waiting.clear();
    behind.clear();
  }
}
