/**
 * What the cluster agrees on, as every node sees it: members, the partition table, and views of
 * both.
 *
 * <p>A {@link dev.orbit.api.cluster.ClusterView} is the replicated state at one version. Every node
 * applies every version in order. Who hosts an actor follows from the view alone: its partition is
 * a hash of its address, and the table names the partition's owner.
 */
@NullMarked
package dev.orbit.api.cluster;

import org.jspecify.annotations.NullMarked;
