package dev.orbit.raft.internal.grpc;

import com.google.protobuf.ByteString;

/**
 * What a voter keeps, by name: drawn when the store was made, so that another one means that the
 * voter has forgotten what it said.
 *
 * @param id 16 random bytes
 * @param generation 0 for the store with which the group was founded; one that replaced a lost
 *     store has a larger one than that
 */
public record Store(ByteString id, long generation) {
  /** Whether this store takes the place of {@code other}, which its voter has lost. */
  public boolean supersedes(Store other) {
    return generation > other.generation;
  }
}
