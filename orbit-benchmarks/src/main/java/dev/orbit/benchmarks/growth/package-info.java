/**
 * How a cluster behaves as it grows, and over time: what more nodes, more actors, more callers and
 * larger payloads do to a call ({@link dev.orbit.benchmarks.growth.GrowthFigures}), and how long
 * the slowest calls take at half of what the cluster can do ({@link
 * dev.orbit.benchmarks.growth.TailFigures}).
 *
 * <p>The processes, {@link dev.orbit.benchmarks.growth.EchoNode}, are the harness's workers, one
 * node each. A node can leave and join again within its process, so that every point of a curve is
 * measured in every round by processes that have long compiled their code; one without a node does
 * nothing. All calls are made in the first process.
 */
@NullMarked
package dev.orbit.benchmarks.growth;

import org.jspecify.annotations.NullMarked;
