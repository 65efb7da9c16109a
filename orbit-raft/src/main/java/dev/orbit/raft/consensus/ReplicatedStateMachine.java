package dev.orbit.raft.consensus;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The state that is replicated. An engine calls it from one thread at a time, and treats everything
 * it throws as the end of this voter: applying on after an error would let voters differ.
 *
 * <p>Implementations depend on nothing but the commands: no clock, no randomness, no iteration
 * order of hash tables.
 */
public interface ReplicatedStateMachine {
  /**
   * Applies one committed command.
   *
   * @param index its place among all commands, from 1 without gaps, the same on every voter
   * @param command as it was submitted
   * @return the answer to the submitter
   */
  byte[] apply(long index, byte[] command);

  /** Writes the whole state. Applying continues only after it returned. */
  void snapshot(OutputStream out) throws IOException;

  /** Replaces the whole state by a snapshot's. */
  void restore(InputStream in) throws IOException;
}
