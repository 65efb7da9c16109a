package dev.orbit.transport.security;

import dev.orbit.api.address.NodeId;
import java.security.Principal;
import java.time.Instant;
import java.util.Optional;

/**
 * What the other end of a connection has proven.
 *
 * @param id its SPIFFE ID; empty for a client without a certificate
 * @param node the node that it is; empty for a client
 * @param expires when its certificate ends; {@link Instant#MAX} without one
 */
public record PeerPrincipal(Optional<SpiffeId> id, Optional<NodeId> node, Instant expires)
    implements Principal {
  /** The name of a peer that has proven nothing. */
  public static final String ANONYMOUS = "anonymous";

  /** A peer without a certificate. */
  public static final PeerPrincipal NOBODY =
      new PeerPrincipal(Optional.empty(), Optional.empty(), Instant.MAX);

  /** The SPIFFE ID, or {@value #ANONYMOUS}. */
  @Override
  public String getName() {
    return id.map(SpiffeId::toString).orElse(ANONYMOUS);
  }

  /** Whether it is a node of some cluster. */
  public boolean isNode() {
    return node.isPresent();
  }

  @Override
  public String toString() {
    return getName();
  }
}
