/**
 * The way of nodes outside the consensus group to its voters, over gRPC on the Raft port: commands
 * one by one, views as a stream. Both ends name the cluster in each request, so that nobody joins a
 * wrong one by a wrong address.
 *
 * <p>Handlers run on virtual threads of the environment and never wait.
 */
@NullMarked
package dev.orbit.raft.internal.membership.grpc;

import org.jspecify.annotations.NullMarked;
