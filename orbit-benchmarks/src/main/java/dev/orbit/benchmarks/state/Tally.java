package dev.orbit.benchmarks.state;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithInt64Key;

/** Counts durably. */
@ActorType("benchmark.Tally")
public interface Tally extends ActorWithInt64Key {
  /** Adds one and makes it durable; returns the sum. */
  long increment();

  /** Sets a reminder for that time, by the wall clock. */
  void remindAt(long epochMillis);
}
