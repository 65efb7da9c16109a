/**
 * Futures on the way of a call, of which there is one at each of its stations.
 *
 * <p>An answer comes to the transport's own future for the request, and goes from each {@link
 * dev.orbit.transport.future.Announced} future to the one that listens to it, up to its caller's:
 * one object for each station, where a stage with its link would make three. Nothing here owns a
 * thread: who listens runs on the thread that ends what it listens to.
 */
@NullMarked
package dev.orbit.transport.future;

import org.jspecify.annotations.NullMarked;
