package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.Actors;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.env.Environment;
import dev.orbit.api.state.StateStore;
import dev.orbit.client.codec.PayloadCodec;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.reminder.ReminderService;
import dev.orbit.transport.telemetry.Telemetry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What all activations of one life of a node share.
 *
 * @param environment clock and threads
 * @param lease of this life
 * @param store where state is kept
 * @param stateCodec how state is written
 * @param actors makes the references that actors use
 * @param limits the bounds
 * @param telemetry measures turns
 * @param reminders delivers reminders; empty where the store keeps none
 * @param notices sends what hosts tell other nodes
 * @param offloading runs what computes for long
 * @param watch looks at turns that no call has caused until they are over
 */
public record HostingContext(
    Environment environment,
    NodeLease lease,
    StateStore store,
    PayloadCodec stateCodec,
    Actors actors,
    Limits limits,
    Telemetry telemetry,
    Optional<ReminderService> reminders,
    Notices notices,
    Offloading offloading,
    Consumer<Watched> watch) {
  /** What hosts tell other nodes. It may be lost. */
  public interface Notices {
    /** Sends a probe to the node that hosts the actor it is about. */
    void probe(Content.WaitProbe probe);

    /** Tells a node, which may be this one, how much it may send to an actor. */
    default void credit(NodeId to, Content.Credit credit) {}
  }

  /** The node. */
  NodeId node() {
    return lease.member().node();
  }

  /**
   * The bounds of hosting.
   *
   * @param mailboxCapacity how many calls may wait for one activation
   * @param maxActivations how many activations there may be
   * @param targetActivations beyond how many the least used idle ones end
   * @param idleAfter after how long an unused activation ends, where its type says nothing else
   * @param shortestIdle the shortest such time of all types
   * @param memory tells when memory runs short
   */
  public record Limits(
      int mailboxCapacity,
      int maxActivations,
      int targetActivations,
      Duration idleAfter,
      Duration shortestIdle,
      MemoryWatch memory) {}
}
