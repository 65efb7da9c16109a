package dev.orbit.api.cluster;

import dev.orbit.api.address.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The members and the partition table at one version.
 *
 * <p>Immutable.
 */
public final class ClusterView {
  private final long version;
  private final String cluster;
  private final List<Member> members;
  private final Map<NodeId, Member> byNode;
  private final PartitionTable partitions;

  /**
   * A view.
   *
   * @param version the number of changes so far; consecutive views have consecutive versions
   * @param cluster the name of the cluster
   * @param members the members, at most one a node
   * @param partitions the owners; each is one of the members
   */
  public ClusterView(
      long version, String cluster, List<Member> members, PartitionTable partitions) {
    this.version = version;
    this.cluster = cluster;
    this.members =
        members.stream().sorted((a, b) -> a.id().node().compareTo(b.id().node())).toList();
    this.byNode =
        members.stream()
            .collect(Collectors.toUnmodifiableMap(m -> m.id().node(), Function.identity()));
    this.partitions = partitions;
  }

  /** The view before anything was agreed: version 0, nobody in it. */
  public static ClusterView empty(String cluster, int partitions) {
    return new ClusterView(0, cluster, List.of(), PartitionTable.unowned(partitions));
  }

  public long version() {
    return version;
  }

  public String cluster() {
    return cluster;
  }

  /** The members in the order of their ids. */
  public List<Member> members() {
    return members;
  }

  public PartitionTable partitions() {
    return partitions;
  }

  /** The present life of {@code node}, if it is in the cluster. */
  public Optional<Member> member(NodeId node) {
    return Optional.ofNullable(byNode.get(node));
  }

  /** Whether exactly this life of the node is in the cluster. */
  public boolean contains(MemberId id) {
    Member member = byNode.get(id.node());
    return member != null && member.id().equals(id);
  }

  @Override
  public String toString() {
    return "view %d of %s: %s"
        .formatted(version, cluster, members.stream().map(m -> m.id() + " " + m.status()).toList());
  }
}
