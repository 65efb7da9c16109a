/**
 * What every node resolver must do, as tests.
 *
 * <p>Whoever writes a {@link dev.orbit.api.cluster.NodeResolver} has a test class implement {@link
 * dev.orbit.testkit.resolver.NodeResolverContract}, which hands out a {@link
 * dev.orbit.testkit.resolver.NodeResolverFixture}: the resolver, and how a node is registered where
 * the resolver looks. The tests run in real time against the real source and wait for what comes;
 * they have no state of their own, so that they may run at the same time.
 */
@NullMarked
package dev.orbit.testkit.resolver;

import org.jspecify.annotations.NullMarked;
