package dev.orbit.raft.internal.grpc;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which stores belong to which voters. A store is drawn once, when a voter is set up; a voter that
 * comes with another one has forgotten its votes and acknowledgements and must not take part,
 * unless an operator had it replace the lost one. Thread-safe.
 */
public interface PeerIdentity {
  /** The store of this voter. */
  Store store();

  /** The store of a peer as this voter remembers it; empty if it never met it. */
  Optional<Store> remembered(String peer);

  /**
   * Remembers a peer's store for good, as the first or in place of one that it supersedes.
   *
   * @return false if another one is remembered: the peer must be refused
   */
  boolean meet(String peer, Store store);

  /** What this voter tells a peer that it lets in. */
  Introduction introduction();

  /**
   * A peer has let this voter in, and remembers its store for good.
   *
   * @return false if another store of the peer is remembered here: it must not be listened to
   */
  boolean welcomed(String peer, Introduction introduction);

  /**
   * Hears of every peer whose remembered store was superseded, before anybody else can know of it:
   * whatever still comes from the old one must not be heard any more.
   */
  void onSuperseded(Consumer<String> listener);

  /** A peer remembers this voter with another store: it must stop at once. */
  void disowned(String peer, String description);
}
