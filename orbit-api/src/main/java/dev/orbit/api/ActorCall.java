package dev.orbit.api;

import org.jspecify.annotations.Nullable;

/**
 * Says which method of many actors is to be called, by calling it once on the reference that it is
 * given: {@code account -> account.balance()}.
 *
 * @param <A> the contract
 * @param <R> what the method returns
 */
@FunctionalInterface
public interface ActorCall<A extends Actor, R> {
  /**
   * Calls the method. What the reference returns here is null, zero or false and means nothing; it
   * is to be handed back as it is.
   *
   * @throws Exception what the method declares; nothing is thrown here
   */
  @Nullable R on(A actor) throws Exception;
}
