package dev.orbit.api;

import java.util.Optional;

/**
 * Implemented by an actor class that takes along what it has in memory when its actors move to
 * another node: a cache, a session, a position. What must survive belongs into {@link State}.
 *
 * <p>When an activation ends because its node is drained, or because its actor is to live elsewhere
 * since a node has joined, {@link #dehydrate} is asked for what to carry, after {@link
 * Lifecycle#onDeactivate}. The next activation, on whichever node, gets it by {@link #rehydrate},
 * before {@link Lifecycle#onActivate}. Both run as turns: alone, on a virtual thread, and may
 * block.
 *
 * <p><strong>It may not arrive.</strong> Nothing is carried when the node died or lost its lease,
 * when the actor was not called again within a minute, when its partition changed hands meanwhile,
 * when it is more than {@value #MOST_BYTES} bytes, or when one of the two methods threw. Then the
 * activation begins as any other does, without {@code rehydrate}. What arrives was left by the
 * activation right before this one; it is never older than the stored state.
 *
 * @param <M> what is carried: encoded as JSON, as {@link State} is
 */
public interface Portable<M> {
  /** The most that is carried of one actor, encoded. */
  int MOST_BYTES = 64 << 10;

  /**
   * What the next activation is to have; empty for nothing. What it throws is logged, and nothing
   * is carried.
   */
  Optional<M> dehydrate() throws Exception;

  /**
   * Takes up what the activation before has left. If it throws, that is logged, the object is given
   * up, and the activation begins with another, without this.
   */
  void rehydrate(M carried) throws Exception;
}
