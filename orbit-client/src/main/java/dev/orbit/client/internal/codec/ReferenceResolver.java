package dev.orbit.client.internal.codec;

import dev.orbit.api.Actor;
import dev.orbit.api.address.Key;

/** Makes references out of what stands for them in arguments and results. */
@FunctionalInterface
public interface ReferenceResolver {
  /**
   * The reference to the actor of that contract and key.
   *
   * @throws dev.orbit.api.error.OrbitException if the contract cannot work or takes other keys
   */
  Actor resolve(Class<? extends Actor> contract, Key key);
}
