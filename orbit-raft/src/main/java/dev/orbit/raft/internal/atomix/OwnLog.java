package dev.orbit.raft.internal.atomix;

import java.util.concurrent.CompletableFuture;

/** What a voter has of the log. Thread-safe. */
interface OwnLog {
  /** The last entry that the newest snapshot on this voter replaced; 0 for none. */
  long snapshotIndex();

  /** The last entry that this voter's state holds; 0 for none. */
  long appliedIndex();

  /** A snapshot is complete here, and its sender has not heard of it yet. */
  void installing(long index);

  /** Whether the entry {@code index} is in the log, and of that term. */
  CompletableFuture<Boolean> holds(long index, long term);
}
