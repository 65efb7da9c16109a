package dev.orbit.cli;

import dev.orbit.runtime.DrainReport;
import org.jspecify.annotations.Nullable;

/**
 * What a node process says of itself in its {@code node.json}.
 *
 * @param process which process wrote this
 * @param message why it failed; null unless it did
 * @param report how it is; null until it has started
 * @param drain how it left; null unless it stopped in good order
 */
record NodeFile(
    String name,
    ProcessMark process,
    State state,
    @Nullable String message,
    @Nullable Report report,
    @Nullable Drain drain) {
  /** The states that a node goes through. */
  enum State {
    STARTING,
    READY,
    NOT_READY,
    STOPPED,
    FAILED
  }

  /** How a node left, as {@link dev.orbit.runtime.DrainReport} says. */
  record Drain(int moved, int abandoned, long forwarded, long rejected, long longestPauseMillis) {
    static Drain of(DrainReport report) {
      return new Drain(
          report.moved(),
          report.abandoned(),
          report.forwarded(),
          report.rejected(),
          report.longestPause().toMillis());
    }
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
