package dev.orbit.runtime.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.state.Fence;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TenureTest {
  private static final MemberId HOST = host();

  private static MemberId host() {
    return new MemberId(new NodeId("b", "shop"), 2);
  }

  private static AddressableReference actor(String key) {
    // As the wire brings it: with a string of its own.
    return new AddressableReference(new String(new char[] {'T', 'y', 'p', 'e'}), Key.of(key));
  }

  /** A million of them that each had names of their own would weigh three times as much. */
  @Test
  void entriesShareTheNamesOfTheirTypesAndHosts() {
    Tenure tenure = new Tenure(1);
    ClusterView view =
        new ClusterView(
            1,
            "shop",
            List.of(
                new Member(
                    HOST,
                    new Endpoint("127.0.0.1", 1),
                    new NodeCapabilities(Set.of("Type"), OptionalInt.empty(), Map.of()),
                    NodeStatus.ACTIVE)),
            PartitionTable.unowned(1));

    tenure.keep(actor("x"), Entry.granted(host(), 1, new Fence(1, 1)), view);
    tenure.keep(actor("y"), Entry.granted(host(), 2, new Fence(1, 2)), view);

    assertThat(tenure.elsewhere.values()).allSatisfy(e -> assertThat(e.host()).isSameAs(HOST));
    List<String> types =
        tenure.elsewhere.keySet().stream().map(AddressableReference::type).toList();
    assertThat(types).hasSize(2);
    assertThat(types.get(0)).isSameAs(types.get(1));
    assertThat(tenure.elsewhere.get(actor("y"))).isEqualTo(Entry.granted(HOST, 2, new Fence(1, 2)));
  }
}
