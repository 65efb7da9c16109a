/**
 * What the link between two processes carries: the same echo on a bare TCP connection, on a bare
 * gRPC stream one message a frame, on a bare gRPC stream in batches made by hand, and through the
 * whole transport, measured in turn in one run.
 *
 * <p>{@link dev.orbit.benchmarks.link.LinkComparison} starts a second process, {@link
 * dev.orbit.benchmarks.link.LinkEnd}, which answers all of them. Callers are asynchronous: each
 * answer makes the next call on the thread that read it, so that nothing but the link is measured.
 * Every round runs every variant once; figures are medians over the rounds, and only ratios within
 * one run mean anything.
 */
@NullMarked
package dev.orbit.benchmarks.link;

import org.jspecify.annotations.NullMarked;
