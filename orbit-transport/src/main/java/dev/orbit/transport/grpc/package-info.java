/**
 * The way in to the transport over gRPC: {@link dev.orbit.transport.grpc.Transports} makes one for
 * a node or a client.
 *
 * <p>It is a package of its own so that the contracts of {@link dev.orbit.transport} know nothing
 * of what implements them. Everything here may be called by any thread.
 */
@NullMarked
package dev.orbit.transport.grpc;

import org.jspecify.annotations.NullMarked;
