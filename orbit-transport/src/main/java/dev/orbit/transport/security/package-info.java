/**
 * Who a peer is, and what it may do.
 *
 * <p>A process proves itself by a certificate whose URI SAN is a SPIFFE ID. {@link
 * dev.orbit.transport.security.IdentityScheme} says which SPIFFE IDs are nodes of which cluster;
 * all others of the trust domain are clients. {@link dev.orbit.transport.security.TlsConfig} names
 * the files, which are read again while the process runs. {@link
 * dev.orbit.transport.security.AccessPolicy} says which clients may call which actor types. What is
 * refused goes to {@link dev.orbit.transport.security.AuditLog}.
 *
 * <p>Rules: the chain of a peer is checked on every connection, also where TLS itself would resume
 * an old session; a node is believed to be the node that its certificate names and no other; what
 * only nodes say to each other is taken from nodes alone; a certificate that has expired ends the
 * streams that were opened with it. Everything here is immutable or thread-safe and can be used
 * without a transport.
 */
@NullMarked
package dev.orbit.transport.security;

import org.jspecify.annotations.NullMarked;
