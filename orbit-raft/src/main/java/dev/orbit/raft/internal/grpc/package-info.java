/**
 * How voters talk: one gRPC server per voter on its Raft port, and to each peer one connection with
 * one ordered stream for everything small and one apart for snapshots.
 *
 * <p>A stream begins with a greeting that names group, sender, addressee and the identities of
 * their stores; who does not belong is refused before anything else is read. Requests of a peer are
 * handed on in the order it sent them; when it opens a new stream, its old one is dead, so that
 * nothing late arrives. Messages are handled on the event loops of gRPC, which must not be blocked.
 */
@NullMarked
package dev.orbit.raft.internal.grpc;

import org.jspecify.annotations.NullMarked;
