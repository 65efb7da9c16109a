package dev.orbit.raft.internal.atomix;

import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import java.util.List;
import java.util.Optional;

/**
 * Looks at append requests before Atomix does.
 *
 * <p>Where a request claims to follow on nothing ({@code prevLogTerm == 0}) Atomix skips the check
 * that both logs agree. With entries it then begins the log anew after {@code prevLogIndex}; that
 * is right only if nothing before is missing, so a snapshot must reach that far. Without entries it
 * would commit whatever happens to lie in this voter's log, which may differ from the leader's:
 * such a request may say that there is a leader, and nothing else.
 */
final class AppendGuard {
  private AppendGuard() {}

  /**
   * What Atomix may see.
   *
   * @param snapshotIndex the last entry that this voter's snapshot replaced
   * @return the request as it came or without its commit index; empty if it must be refused, unless
   *     this voter's log has the first of the entries already
   */
  static Optional<AppendRequest> admit(AppendRequest request, long snapshotIndex) {
    if (request.prevLogTerm() != 0) {
      return Optional.of(request);
    }
    if (!request.entries().isEmpty()) {
      return request.prevLogIndex() <= snapshotIndex ? Optional.of(request) : Optional.empty();
    }
    List<RaftLogEntry> none = List.of();
    return Optional.of(
        new AppendRequest(
            request.term(), request.leader().id(), request.prevLogIndex(), 0, none, 0));
  }
}
