/**
 * What a call costs: the same echo as a local actor call, as an actor call to another process, and
 * as a message on a bare gRPC stream, measured in turn in one run.
 *
 * <p>{@link dev.orbit.benchmarks.calls.CallComparison} starts a second process, {@link
 * dev.orbit.benchmarks.calls.RemoteEnd}, that hosts a node and a bare gRPC echo. Every round runs
 * every variant once, so that drift of the machine falls on all of them alike; figures are medians
 * over the rounds, and only ratios within one run mean anything.
 */
@NullMarked
package dev.orbit.benchmarks.calls;

import org.jspecify.annotations.NullMarked;
