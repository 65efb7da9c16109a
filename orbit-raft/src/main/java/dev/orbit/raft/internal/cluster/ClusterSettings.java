package dev.orbit.raft.internal.cluster;

import java.time.Duration;

/**
 * What all nodes of a cluster must have in common.
 *
 * @param cluster the name
 * @param partitions the number of partitions
 * @param lease for how long a member stays one without renewing
 * @param margin how much earlier the member gives up and how much later the leader does
 */
public record ClusterSettings(String cluster, int partitions, Duration lease, Duration margin) {
  @Override
  public String toString() {
    return "cluster %s, %d partitions, lease %s, margin %s"
        .formatted(cluster, partitions, lease, margin);
  }
}
