/**
 * The way of a client's calls into the cluster.
 *
 * <p>A client talks to one node, its gateway, which passes calls on to the nodes that host the
 * actors. {@link dev.orbit.client.internal.gateway.Gateways} chooses the gateway and follows the
 * members; {@link dev.orbit.client.internal.gateway.GatewayInvoker} makes the calls. As long as
 * nothing fails all calls go through one gateway, and so the calls of a client to an actor keep
 * their order; unless {@link dev.orbit.client.internal.gateway.GatewayChoice} is told to spread
 * them over the members. Nothing here blocks except {@link
 * dev.orbit.client.internal.gateway.Gateways#connect}.
 */
@NullMarked
package dev.orbit.client.internal.gateway;

import org.jspecify.annotations.NullMarked;
