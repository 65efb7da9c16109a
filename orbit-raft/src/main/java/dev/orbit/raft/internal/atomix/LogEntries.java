package dev.orbit.raft.internal.atomix;

import io.atomix.protocols.raft.storage.log.RaftLog;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.Indexed;

/** Looks into Atomix's log; on the thread that writes it. */
final class LogEntries {
  private LogEntries() {}

  /** Whether the entry {@code index} is there, and of that term. */
  static boolean holds(RaftLog log, long index, long term) {
    if (index > log.writer().getLastIndex()) {
      return false;
    }
    try (RaftLogReader reader = log.openReader(index)) {
      if (reader.getFirstIndex() > index || !reader.hasNext()) {
        return false;
      }
      Indexed<RaftLogEntry> entry = reader.next();
      return entry.index() == index && entry.entry().term() == term;
    }
  }
}
