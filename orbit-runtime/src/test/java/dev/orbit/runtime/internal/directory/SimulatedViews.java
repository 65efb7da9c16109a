package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Views and links of the simulation. */
final class SimulatedViews {
  private SimulatedViews() {}

  /**
   * A view whose members all host the one type.
   *
   * @param joining those of them that still get ready
   */
  static ClusterView view(
      long version,
      List<MemberId> members,
      Set<MemberId> joining,
      List<Optional<MemberId>> owners) {
    NodeCapabilities capabilities =
        new NodeCapabilities(Set.of("T"), OptionalInt.empty(), Map.of());
    Endpoint anywhere = new Endpoint("127.0.0.1", 1);
    return new ClusterView(
        version,
        "shop",
        members.stream()
            .map(
                id ->
                    new Member(
                        id,
                        anywhere,
                        capabilities,
                        joining.contains(id) ? NodeStatus.JOINING : NodeStatus.ACTIVE))
            .toList(),
        PartitionTable.of(owners));
  }

  /** The link between two nodes, whoever is named first. */
  static String link(MemberId a, MemberId b) {
    String x = a.node().key();
    String y = b.node().key();
    return x.compareTo(y) < 0 ? x + "-" + y : y + "-" + x;
  }
}
