/**
 * TLS for gRPC channels and servers, of the actor port and of the Raft port. Not for users.
 *
 * <p>{@code Credentials} reads the files of a {@link dev.orbit.transport.security.TlsConfig} into
 * gRPC's managers that can change while connections are open. {@link
 * dev.orbit.transport.internal.tls.Tls} makes the contexts and judges peers. On a server every call
 * passes {@code PeerGate}, which puts the peer's principal into the gRPC context; on a client
 * {@code ExpectedPeer} lets no answer through before the server has proven to be the node that was
 * meant.
 *
 * <p>Judging means: the chain is checked against the trust of this moment, whatever the handshake
 * said, because a resumed session has no handshake worth the name; then the SPIFFE ID is read.
 *
 * <p>Threads: files are read on virtual threads; judging happens on event loops, once a stream, and
 * does not block.
 */
@NullMarked
package dev.orbit.transport.internal.tls;

import org.jspecify.annotations.NullMarked;
