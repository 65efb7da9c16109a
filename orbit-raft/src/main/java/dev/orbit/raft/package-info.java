/**
 * A node's part in the cluster's agreement.
 *
 * <p>{@link dev.orbit.raft.RaftNode} puts the pieces together: on a voter a consensus engine with
 * the replicated state of the cluster on it and the port that other nodes ask; on any other node a
 * client of the voters. On both it offers the same {@link dev.orbit.raft.membership.Membership}.
 */
@NullMarked
package dev.orbit.raft;

import org.jspecify.annotations.NullMarked;
