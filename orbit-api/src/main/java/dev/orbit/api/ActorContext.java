package dev.orbit.api;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import java.util.Optional;

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
   * Whom the call that runs now serves in the end: the SPIFFE ID that the first caller, a client
   * outside the cluster, has proven by its certificate. Empty where the first caller was the
   * cluster itself, or has proven nothing.
   */
  Optional<String> principal();

  /** The timers of this activation. */
  Timers timers();

  /** The durable reminders of this actor; for classes that are {@link Remindable}. */
  Reminders reminders();

  /**
   * Deactivates this activation once the current turn has ended and no call waits; the next call
   * activates it again.
   */
  void deactivateWhenIdle();
}
