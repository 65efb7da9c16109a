package dev.orbit.api.cluster;

import dev.orbit.api.address.Endpoint;

/**
 * A node that is in the cluster.
 *
 * @param id the node and its incarnation
 * @param endpoint where it takes actor traffic
 * @param capabilities what it offers
 * @param status what it does at present
 */
public record Member(
    MemberId id, Endpoint endpoint, NodeCapabilities capabilities, NodeStatus status) {}
