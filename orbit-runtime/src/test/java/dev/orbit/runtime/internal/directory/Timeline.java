package dev.orbit.runtime.internal.directory;

import java.util.PriorityQueue;

/** Virtual time: what is to happen happens in the order of its times, and of its planning. */
final class Timeline {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long number;

  private record Event(long at, long number, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  long now() {
    return now;
  }

  void at(long delay, Runnable action) {
    events.add(new Event(now + delay, number++, action));
  }

  /** Lets the next thing happen; false if there is none until {@code end}, which it is then. */
  boolean step(long end) {
    if (events.isEmpty() || events.peek().at > end) {
      now = end;
      return false;
    }
    Event event = events.remove();
    now = event.at;
    event.action.run();
    return true;
  }
}
