package dev.orbit.api;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;

/**
 * What an activation knows of itself; a constructor parameter of this type receives it. Confined to
 * the actor that it was injected into.
 */
public interface ActorContext {
  /** The address of this actor. */
  AddressableReference address();

  /** The node that hosts this activation. */
  NodeId node();

  /**
   * References to other actors; calls made through them within a turn carry its deadline and call
   * chain on.
   */
  Actors actors();

  /**
   * Deactivates this activation once the current turn has ended and no call waits; the next call
   * activates it again.
   */
  void deactivateWhenIdle();
}
