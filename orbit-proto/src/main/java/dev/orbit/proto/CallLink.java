package dev.orbit.proto;

import dev.orbit.api.address.AddressableReference;

/**
 * A turn in a chain of calls.
 *
 * @param actor whose turn it is
 * @param method the name of its method on the wire
 * @param callId the id of the call that the turn runs, unique in the cluster
 */
public record CallLink(AddressableReference actor, String method, long callId) {
  /** {@code type/key.method}, as in messages. */
  @Override
  public String toString() {
    return actor + "." + method;
  }
}
