/**
 * The replicated state of a cluster: members, settings, partition table, and how commands change
 * them.
 *
 * <p>{@link dev.orbit.raft.internal.cluster.ClusterState} is a pure function of the commands: no
 * clock, no randomness, no thread, no iteration over hash tables. {@link
 * dev.orbit.raft.internal.cluster.ClusterStateMachine} puts it behind the consensus port, and
 * {@link dev.orbit.raft.internal.cluster.ViewLog} keeps the newest changes of the view for those
 * who follow them.
 *
 * <p>State and state machine belong to the engine's one thread; all else is immutable or
 * thread-safe.
 */
@NullMarked
package dev.orbit.raft.internal.cluster;

import org.jspecify.annotations.NullMarked;
