package dev.orbit.runtime;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeStatus;
import java.util.Map;
import java.util.Optional;

/**
 * What can be seen of a node at one moment.
 *
 * @param member the node and its incarnation
 * @param endpoint where it takes actor traffic
 * @param raftEndpoint where it takes Raft traffic; empty when it is no voter
 * @param status what it does at present
 * @param leaseHeld whether it may run turns
 * @param viewVersion the newest view that it has applied
 * @param members how many members that view has
 * @param partitionsOwned how many partitions that view gives to this node
 * @param partitionsServed for how many of them it is sure that their former owner has stopped
 * @param activations the number of activations by actor type
 * @param raftLeader the name of the voter that leads, as far as this node knows
 * @param voterFailure why the voter of this node has stopped for good: its disk is full or broken,
 *     say. The node goes on as a member, but its vote is missing until its process is started again
 *     and can write; empty while it votes, and on a node that is no voter
 * @param longTurns how many turns have run for longer than {@code long-turn-threshold}
 */
public record NodeReport(
    MemberId member,
    Endpoint endpoint,
    Optional<Endpoint> raftEndpoint,
    NodeStatus status,
    boolean leaseHeld,
    long viewVersion,
    int members,
    int partitionsOwned,
    int partitionsServed,
    Map<String, Integer> activations,
    Optional<String> raftLeader,
    Optional<String> voterFailure,
    long longTurns) {
  public NodeReport {
    activations = Map.copyOf(activations);
  }
}
