package dev.orbit.testkit.time;

import dev.orbit.api.env.Cancellable;

/**
 * A task of a node.
 *
 * @param due by the clock of the node
 * @param sequence the order of those that are due at the same time
 */
record SimulatedEvent(SimulatedNode node, long due, long sequence, Runnable task)
    implements Comparable<SimulatedEvent>, Cancellable {
  @Override
  public int compareTo(SimulatedEvent other) {
    int byTime = Long.compare(due, other.due);
    return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
  }

  @Override
  public void cancel() {
    node.cancel(this);
  }
}
