package dev.orbit.cli;

import org.jspecify.annotations.Nullable;

/**
 * What a node process says of itself in its {@code node.json}.
 *
 * @param process which process wrote this
 * @param message why it failed; null unless it did
 * @param report how it is; null until it has started
 */
record NodeFile(
    String name,
    ProcessMark process,
    State state,
    @Nullable String message,
    @Nullable Report report) {
  /** The states that a node goes through. */
  enum State {
    STARTING,
    READY,
    NOT_READY,
    STOPPED,
    FAILED
  }

  /**
   * How a node is.
   *
   * @param raftLeader the voter that leads; null when this node knows none
   */
  record Report(
      long incarnation,
      boolean leaseHeld,
      long viewVersion,
      int members,
      int partitionsOwned,
      int partitionsServed,
      int activations,
      @Nullable String raftLeader) {}
}
