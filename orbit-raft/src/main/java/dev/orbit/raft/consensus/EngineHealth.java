package dev.orbit.raft.consensus;

/** How a voter is. */
public sealed interface EngineHealth {
  /** It takes part and knows a leader. */
  record Serving() implements EngineHealth {}

  /** It takes part, and there is no leader at present. */
  record NoLeader() implements EngineHealth {}

  /** It has stopped for good, to do no harm. */
  record Failed(String reason) implements EngineHealth {}
}
