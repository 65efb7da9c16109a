package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.Actors;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.env.Environment;
import dev.orbit.api.state.StateStore;
import dev.orbit.client.codec.PayloadCodec;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all activations of one life of a node share.
 *
 * @param environment clock and threads
 * @param lease of this life
 * @param store where state is kept
 * @param stateCodec how state is written
 * @param actors makes the references that actors use
 * @param limits the bounds
 * @param fences numbers the activations
 */
public record HostingContext(
    Environment environment,
    NodeLease lease,
    StateStore store,
    PayloadCodec stateCodec,
    Actors actors,
    Limits limits,
    Fences fences) {
  /** The node. */
  NodeId node() {
    return lease.member().node();
  }

  /**
   * The bounds of hosting.
   *
   * @param mailboxCapacity how many calls may wait for one activation
   * @param maxActivations how many activations there may be
   * @param idleAfter after how long an unused activation ends
   */
  public record Limits(int mailboxCapacity, int maxActivations, Duration idleAfter) {}

  /**
   * Numbers activations.
   *
   * @param viewBase added to the version of the view that began the tenure; more than zero only in
   *     a cluster whose log does not outlive it, so that a store that does still sees fences grow
   * @param counter counts the activations of this process
   */
  public record Fences(long viewBase, AtomicLong counter) {}
}
