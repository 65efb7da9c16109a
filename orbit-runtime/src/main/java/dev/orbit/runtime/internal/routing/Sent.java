package dev.orbit.runtime.internal.routing;

import java.util.concurrent.atomic.LongAdder;

/** Counts what a node sends to actors. Thread-safe. */
final class Sent {
  private final LongAdder here = new LongAdder();
  private final LongAdder elsewhere = new LongAdder();
  private final LongAdder passedOn = new LongAdder();
  private final LongAdder groups = new LongAdder();
  private final LongAdder groupMembers = new LongAdder();
  private final LongAdder groupMessages = new LongAdder();

  /** A call runs on this node. */
  void here() {
    here.increment();
  }

  /** A message with one call goes to another node. */
  void elsewhere(boolean ofAnother) {
    elsewhere.increment();
    if (ofAnother) {
      passedOn.increment();
    }
  }

  /** A group is called. */
  void group(int members) {
    groups.increment();
    groupMembers.add(members);
  }

  /** A message for a part of a group goes to another node. */
  void groupMessage() {
    groupMessages.increment();
  }

  long callsHere() {
    return here.sum();
  }

  long callsElsewhere() {
    return elsewhere.sum();
  }

  long callsPassedOn() {
    return passedOn.sum();
  }

  long groups() {
    return groups.sum();
  }

  long groupMembers() {
    return groupMembers.sum();
  }

  long groupMessages() {
    return groupMessages.sum();
  }
}
