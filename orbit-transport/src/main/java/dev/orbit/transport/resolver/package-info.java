/**
 * Ways to find out where nodes listen, ready to use.
 *
 * <p>{@link dev.orbit.transport.resolver.StaticNodeResolver} is a list that the program holds,
 * {@link dev.orbit.transport.resolver.FileNodeResolver} a file that is watched, {@link
 * dev.orbit.transport.resolver.DnsNodeResolver} asks the DNS for the members of a headless service,
 * and {@link dev.orbit.transport.resolver.ChainedNodeResolver} asks several in turn.
 *
 * <p>Rules: a list that cannot be read names the entry and what was expected of it; what was known
 * last outlives a source that broke; everything held is bounded; no answer has port 0. All types
 * are thread-safe. Files and the DNS are read on virtual threads, and listeners to changes are
 * called there, each by one thread at a time.
 */
@NullMarked
package dev.orbit.transport.resolver;

import org.jspecify.annotations.NullMarked;
