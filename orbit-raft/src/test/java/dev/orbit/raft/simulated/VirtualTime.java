package dev.orbit.raft.simulated;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;

/** The events of a simulation, run one by one in the order of their times. Single-threaded. */
public final class VirtualTime {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Random random;
  private long now;
  private long number;
  private Runnable afterEach = () -> {};

  private static final class Event implements Comparable<Event> {
    final long at;
    final long number;
    final Runnable action;
    boolean cancelled;

    Event(long at, long number, Runnable action) {
      this.at = at;
      this.number = number;
      this.action = action;
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  public VirtualTime(long seed) {
    this.random = new Random(seed);
  }

  public Random random() {
    return random;
  }

  /** Real time, in nanoseconds, as no node knows it. */
  public long now() {
    return now;
  }

  /** Checks something after every event. */
  public void afterEach(Runnable check) {
    afterEach = check;
  }

  /** Runs {@code action} at {@code at}; the result takes it away again. */
  public Runnable at(long at, Runnable action) {
    Event event = new Event(Math.max(at, now), number++, action);
    events.add(event);
    return () -> event.cancelled = true;
  }

  public void in(Duration delay, Runnable action) {
    at(now + delay.toNanos(), action);
  }

  /** Whether anything is to happen when time passes. */
  public boolean hasEvents() {
    return events.stream().anyMatch(event -> !event.cancelled);
  }

  /** Lets so much time pass. */
  public void run(Duration duration) {
    long end = now + duration.toNanos();
    while (!events.isEmpty() && events.peek().at <= end) {
      Event event = events.remove();
      if (!event.cancelled) {
        now = event.at;
        event.action.run();
        afterEach.run();
      }
    }
    now = end;
  }

  /** A clock that runs right. */
  public NodeTime node() {
    return node(1.0, 0);
  }

  /**
   * The clock and threads of a node.
   *
   * @param rate how many of its seconds pass in one
   * @param origin what its clock says at the beginning
   */
  public NodeTime node(double rate, long origin) {
    return new NodeTime(this, rate, origin);
  }
}
