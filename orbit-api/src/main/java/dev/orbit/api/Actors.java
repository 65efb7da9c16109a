package dev.orbit.api;

/**
 * Hands out references to actors. Making a reference is cheap, involves no other node and never
 * fails because the actor "does not exist": every actor always exists and is activated by its first
 * call. References may be kept, shared between threads and sent to other actors.
 *
 * <p>Thread-safe.
 */
public interface Actors {
  /**
   * A reference to the actor named {@code key}.
   *
   * @throws dev.orbit.api.error.ConfigurationException if the contract cannot work; the message
   *     says which method and why
   * @throws IllegalArgumentException if the key is longer than 1,024 characters
   */
  <A extends ActorWithStringKey> A get(Class<A> contract, String key);

  /** As {@link #get(Class, String)}, for contracts with a 32-bit key. */
  <A extends ActorWithInt32Key> A get(Class<A> contract, int key);

  /** As {@link #get(Class, String)}, for contracts with a 64-bit key. */
  <A extends ActorWithInt64Key> A get(Class<A> contract, long key);

  /** As {@link #get(Class, String)}, for contracts of which there is one actor. */
  <A extends ActorWithNoKey> A get(Class<A> contract);
}
