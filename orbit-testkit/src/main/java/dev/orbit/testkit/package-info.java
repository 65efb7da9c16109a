/**
 * Whole clusters in one process, for tests of actors and of Orbit itself.
 *
 * <p>{@link dev.orbit.testkit.OrbitTest} on a test class gives each test a fresh {@link
 * dev.orbit.testkit.Cluster} of real nodes on the loopback address, in real time, without
 * containers. Every link between two nodes, for actor traffic and for Raft alike, runs through a
 * {@link dev.orbit.testkit.net.FaultProxy}, so that nodes can be killed, restarted, cut off and
 * healed by one call each.
 *
 * <pre>{@code
 * @OrbitTest(nodes = 3, actors = CartActor.class)
 * class CartTest {
 *   @Test
 *   void survivesTheLossOfItsNode(Cluster cluster) {
 *     Cart cart = cluster.actors().get(Cart.class, "alice");
 *     cart.add("apples");
 *
 *     cluster.kill(cluster.nodeOf(cart));
 *
 *     assertThat(cluster.actors().get(Cart.class, "alice").lines()).containsExactly("apples");
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.orbit.testkit;

import org.jspecify.annotations.NullMarked;
