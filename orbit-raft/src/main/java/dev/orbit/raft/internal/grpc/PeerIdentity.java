package dev.orbit.raft.internal.grpc;

import com.google.protobuf.ByteString;

/**
 * Which stores belong to which voters. A store is drawn once, when a voter is set up; a voter that
 * comes with another one has forgotten its votes and acknowledgements and must not take part.
 * Thread-safe.
 */
public interface PeerIdentity {
  /** The store of this voter. */
  ByteString store();

  /** The store of a peer as this voter met it first; empty if it never met it. */
  ByteString remembered(String peer);

  /**
   * Remembers a peer's store for good.
   *
   * @return false if another one is remembered: the peer must be refused
   */
  boolean meet(String peer, ByteString store);

  /** A peer remembers this voter with another store: it must stop at once. */
  void disowned(String peer, String description);
}
