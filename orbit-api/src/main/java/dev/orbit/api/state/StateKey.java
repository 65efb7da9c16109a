package dev.orbit.api.state;

import dev.orbit.api.address.AddressableReference;

/**
 * Names one stored value.
 *
 * @param cluster the cluster that the actor lives in
 * @param actor whose state it is
 * @param name which of the actor's states
 */
public record StateKey(String cluster, AddressableReference actor, String name) {
  @Override
  public String toString() {
    return actor + ":" + name;
  }
}
