package dev.orbit.testkit.resolver;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import java.time.Duration;

/**
 * A resolver under test, and the place where it looks nodes up.
 *
 * <p>Used by one thread, except for what {@link #resolver} gives.
 */
public interface NodeResolverFixture extends AutoCloseable {
  /** The resolver; the same each time. */
  NodeResolver resolver();

  /**
   * Makes a node known where the resolver looks, or known at another endpoint. Returns when it is
   * written there; the resolver may see it later.
   *
   * @param node a node of {@link NodeResolverContract#CLUSTER} whose name is a word of small
   *     letters and digits
   * @param endpoint an IPv4 address and a port
   */
  void register(NodeId node, Endpoint endpoint);

  /** Makes a node that was registered unknown; returns as {@link #register} does. */
  void remove(NodeId node);

  /**
   * Makes known where the resolver looks that an actor is to live on a node.
   *
   * @return false, as by default, if the resolver leaves that to the cluster; the test of it is
   *     skipped then
   */
  default boolean place(AddressableReference actor, NodeId node) {
    return false;
  }

  /**
   * Whether the resolver tells of changes; true by default. If not, the tests of that are skipped.
   */
  default boolean tellsChanges() {
    return true;
  }

  /** After how long a change must be seen and told; 10 s by default. */
  default Duration patience() {
    return Duration.ofSeconds(10);
  }

  /** Closes the resolver, and takes away what was registered. */
  @Override
  void close();
}
