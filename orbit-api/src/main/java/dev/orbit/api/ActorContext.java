package dev.orbit.api;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

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
   * What flows down to the call that runs now, by name: set by {@link CallSettings#withBaggage} of
   * this call or of one that caused it. Empty outside turns.
   */
  Map<String, String> baggage();

  /**
   * How long the caller of the call that runs now still waits; not positive when it does no more,
   * and empty outside turns.
   */
  Optional<Duration> remaining();

  /**
   * Runs work that computes for long on a platform thread, and waits for it: virtual threads share
   * few processors and are not taken off them. While this turn waits, others may begin where the
   * actor declares that. The work must not touch the actor's fields, and makes no calls of this
   * turn.
   *
   * @return what the work returned
   * @throws Exception what it threw
   * @throws dev.orbit.api.error.NotExecutedException with {@code OVERLOADED} if as much offloaded
   *     work waits on this node already as may
   */
  <T> T offload(Callable<T> work) throws Exception;

  /**
   * Keeps this activation in memory for at least that long from now, also if no call comes. It
   * still ends when its partition moves, its state is in conflict, or the node stops.
   *
   * @param duration not negative, at most 365 days; zero ends an earlier demand
   */
  void keepAlive(Duration duration);

  /**
   * Deactivates this activation once the current turn has ended and no call waits; the next call
   * activates it again.
   */
  void deactivateWhenIdle();
}
