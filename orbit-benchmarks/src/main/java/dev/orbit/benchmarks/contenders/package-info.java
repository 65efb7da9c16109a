/**
 * The contenders: the same echo as a message on a bare gRPC stream, as a call of an actor of Orbit,
 * and as an ask to a sharded entity of Pekko, each between two processes; and a bare mailbox within
 * one.
 *
 * <p>Every contender has a near process, in which the calls are made, and mostly a far one, in
 * which they are served. All take the same text of 100 B (by default) and check that it comes back.
 * Settings are the contenders' defaults, but for what a cluster needs to be found: no setting is
 * here for the sake of a figure.
 */
@NullMarked
package dev.orbit.benchmarks.contenders;

import org.jspecify.annotations.NullMarked;
