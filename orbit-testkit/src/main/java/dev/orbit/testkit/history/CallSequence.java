package dev.orbit.testkit.history;

import java.util.Arrays;
import java.util.List;

/**
 * The beginnings and ends of calls in the order of time, as a doubly linked list from which a call
 * can be taken out and put back at the same place in constant time. The event of call {@code i}'s
 * beginning is {@code i}, of its end {@code i + n}.
 */
final class CallSequence {
  private final int calls;
  private final int[] next;
  private final int[] previous;
  private final int head;

  CallSequence(List<? extends Operation<?, ?>> operations) {
    calls = operations.size();
    head = 2 * calls;
    next = new int[2 * calls + 1];
    previous = new int[2 * calls + 1];
    Integer[] events = new Integer[2 * calls];
    Arrays.setAll(events, i -> i);
    // The sort is stable and beginnings stand first, so that of equal times they stay first.
    Arrays.sort(events, (a, b) -> Long.compare(time(operations, a), time(operations, b)));
    int last = head;
    for (int event : events) {
      next[last] = event;
      previous[event] = last;
      last = event;
    }
    next[last] = head;
    previous[head] = last;
  }

  private long time(List<? extends Operation<?, ?>> operations, int event) {
    return isBeginning(event)
        ? operations.get(event).began()
        : operations.get(event - calls).ended();
  }

  int first() {
    return next[head];
  }

  int after(int event) {
    return next[event];
  }

  boolean isBeginning(int event) {
    return event < calls;
  }

  /** The call that an end belongs to. */
  int callOf(int end) {
    return end - calls;
  }

  /** Takes a call's beginning and end out. */
  void lift(int call) {
    unlink(call);
    unlink(call + calls);
  }

  /** Puts back what was lifted last. */
  void unlift(int call) {
    relink(call + calls);
    relink(call);
  }

  private void unlink(int event) {
    next[previous[event]] = next[event];
    previous[next[event]] = previous[event];
  }

  private void relink(int event) {
    next[previous[event]] = event;
    previous[next[event]] = event;
  }
}
