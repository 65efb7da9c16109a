/**
 * The consensus port: what the cluster needs of a replicated log, in the shape of no particular
 * engine.
 *
 * <p>A command goes in by {@link dev.orbit.raft.consensus.ConsensusEngine#submit} on any voter,
 * becomes an entry of the log, is made durable by a majority, and is applied by the {@link
 * dev.orbit.raft.consensus.ReplicatedStateMachine} of every voter, once and in the same order. The
 * stage completes with what {@code apply} answered. Snapshots replace the log's beginning.
 */
@NullMarked
package dev.orbit.raft.consensus;

import org.jspecify.annotations.NullMarked;
