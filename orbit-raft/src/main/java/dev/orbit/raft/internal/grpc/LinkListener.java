package dev.orbit.raft.internal.grpc;

/** Hears about the connections to peers, on threads that must not be blocked. */
public interface LinkListener {
  /** The connection to a peer stands: requests can be sent. */
  void up(String peer);

  /** A connection that stood is gone, and could not be had again at once. */
  void unreachable(String peer);
}
