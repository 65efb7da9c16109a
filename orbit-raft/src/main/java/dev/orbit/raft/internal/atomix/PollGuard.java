package dev.orbit.raft.internal.atomix;

import java.util.Optional;

/**
 * Keeps a voter that merely lost sight of the leader from unseating it: while this voter hears the
 * leader, it supports no other candidate's wish for an election. Votes themselves are never
 * withheld for this reason, so that a leader that must go can be replaced. Thread-safe.
 */
final class PollGuard {
  private final long electionTimeoutNanos;
  private Optional<String> leader = Optional.empty();
  private long heardNanos;

  PollGuard(long electionTimeoutNanos) {
    this.electionTimeoutNanos = electionTimeoutNanos;
  }

  synchronized void heard(String from, long nowNanos) {
    leader = Optional.of(from);
    heardNanos = nowNanos;
  }

  /** The connection to {@code peer} is gone: that it spoke lately means nothing any more. */
  synchronized void unreachable(String peer) {
    if (leader.isPresent() && leader.get().equals(peer)) {
      leader = Optional.empty();
    }
  }

  synchronized boolean maySupport(String candidate, long nowNanos) {
    return leader.isEmpty()
        || leader.get().equals(candidate)
        || nowNanos - heardNanos >= electionTimeoutNanos;
  }
}
