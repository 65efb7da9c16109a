package dev.orbit.raft.consensus;

/** How a voter is. */
public sealed interface EngineHealth {
  /** It takes part and knows a leader. */
  record Serving() implements EngineHealth {}

  /** It takes part, and there is no leader at present. */
  record NoLeader() implements EngineHealth {}

  /** It takes no part yet: its store is new, and it waits to be let in by the others. */
  record Waiting(String reason) implements EngineHealth {}

  /** It has stopped for good, to do no harm. */
  record Failed(String reason) implements EngineHealth {}
}
