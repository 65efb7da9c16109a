package dev.orbit.raft.internal.atomix;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.orbit.proto.raft.VoteRecordProto;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that this voter gives one vote a term, whatever Atomix believes: every vote, for
 * itself or for another, is checked against a record of its own and is on disk before anybody hears
 * of it.
 *
 * <p>A candidate must also know every entry that a snapshot of this voter replaced: to Atomix a log
 * that is empty after a snapshot looks like one that never had entries. Thread-safe.
 */
final class VoteGuard {
  private static final Logger log = LoggerFactory.getLogger(VoteGuard.class);

  private final StateFile file;
  private VoteRecordProto last;
  private boolean withheld;

  /**
   * Reads the record.
   *
   * @throws IOException if it cannot be read or is damaged
   */
  VoteGuard(StateFile file) throws IOException {
    this.file = file;
    byte[] content = file.read().orElse(new byte[0]);
    try {
      last = VoteRecordProto.parseFrom(content);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(file + " is damaged", e);
    }
  }

  /** The newest term in which this voter voted; 0 if it never did. */
  synchronized long term() {
    return last.getTerm();
  }

  /** From now on no vote at all leaves this voter, or votes do again. */
  synchronized void withhold(boolean now) {
    withheld = now;
  }

  /** Whether no vote leaves this voter. */
  synchronized boolean isWithheld() {
    return withheld;
  }

  /** Gives the votes of all terms up to {@code term} away, for nobody. It is on disk then. */
  synchronized void renounce(long term) throws IOException {
    if (term > last.getTerm()) {
      VoteRecordProto nobody = VoteRecordProto.newBuilder().setTerm(term).build();
      file.write(nobody.toByteArray());
      last = nobody;
    }
  }

  /**
   * Whether a vote for the candidate may leave this voter. If so it is on disk.
   *
   * @param candidateLastIndex the end of the candidate's log
   * @param snapshotIndex the last entry that this voter's snapshot replaced
   * @throws IOException if it could not be written: the vote must not leave
   */
  synchronized boolean mayVote(
      long term, String candidate, long candidateLastIndex, long snapshotIndex) throws IOException {
    if (withheld) {
      log.info("term={} candidate={} vote withheld: this voter catches up", term, candidate);
      return false;
    }
    if (candidateLastIndex < snapshotIndex) {
      log.info(
          "term={} candidate={} vote withheld, its log ends before the snapshot, logEnd={}"
              + " snapshot={}",
          term,
          candidate,
          candidateLastIndex,
          snapshotIndex);
      return false;
    }
    if (term == last.getTerm() && candidate.equals(last.getCandidate())) {
      return true;
    }
    if (term <= last.getTerm()) {
      log.info(
          "term={} candidate={} vote withheld, votedFor={} votedIn={}",
          term,
          candidate,
          last.getCandidate(),
          last.getTerm());
      return false;
    }
    VoteRecordProto vote =
        VoteRecordProto.newBuilder().setTerm(term).setCandidate(candidate).build();
    file.write(vote.toByteArray());
    last = vote;
    return true;
  }
}
