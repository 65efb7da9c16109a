package dev.orbit.runtime.internal.placement;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who hosts which actor by one view. The same on every node that has the view.
 *
 * <p>Immutable.
 */
public final class Placement {
  private final ClusterView view;
  private final Map<String, @Nullable MemberId[]> hostsByType;

  private Placement(ClusterView view, Map<String, @Nullable MemberId[]> hostsByType) {
    this.view = view;
    this.hostsByType = hostsByType;
  }

  /** The placement that follows from {@code view}. */
  public static Placement of(ClusterView view) {
    Map<String, Set<MemberId>> membersByType = new HashMap<>();
    for (Member member : view.members()) {
      for (String type : member.capabilities().addressableTypes()) {
        membersByType.computeIfAbsent(type, t -> new HashSet<>()).add(member.id());
      }
    }
    // Most types are hosted by the same members: they share one table.
    Map<Set<MemberId>, @Nullable MemberId[]> tables = new HashMap<>();
    Map<String, @Nullable MemberId[]> hostsByType = new HashMap<>();
    membersByType.forEach(
        (type, members) ->
            hostsByType.put(type, tables.computeIfAbsent(members, m -> table(view, m))));
    return new Placement(view, hostsByType);
  }

  private static @Nullable MemberId[] table(ClusterView view, Set<MemberId> hosting) {
    List<MemberId> takers =
        view.members().stream()
            .filter(member -> member.status() == NodeStatus.ACTIVE && hosting.contains(member.id()))
            .map(Member::id)
            .toList();
    PartitionTable partitions = view.partitions();
    @Nullable MemberId[] hosts = new @Nullable MemberId[partitions.size()];
    for (int partition = 0; partition < hosts.length; partition++) {
      MemberId owner = partitions.owner(partition).filter(hosting::contains).orElse(null);
      hosts[partition] = owner != null ? owner : draw(takers, partition);
    }
    return hosts;
  }

  /** Rendezvous hashing: a member that comes or goes moves only what it wins or had won. */
  private static @Nullable MemberId draw(List<MemberId> takers, int partition) {
    MemberId winner = null;
    long most = Long.MIN_VALUE;
    for (MemberId taker : takers) {
      long score = mix(mix(partition + 1L) ^ taker.node().key().hashCode());
      if (winner == null || score > most) {
        winner = taker;
        most = score;
      }
    }
    return winner;
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** The view that it follows from. */
  public ClusterView view() {
    return view;
  }

  /** Whether some member hosts actors of that type. */
  public boolean knows(String type) {
    return hostsByType.containsKey(type);
  }

  /** The host of an actor; empty when no member takes it. */
  public Optional<MemberId> host(AddressableReference reference) {
    return host(reference.type(), view.partitions().partitionOf(reference));
  }

  /** The host of the actors of a type in a partition; empty when no member takes them. */
  public Optional<MemberId> host(String type, int partition) {
    @Nullable MemberId[] hosts = hostsByType.get(type);
    return hosts == null ? Optional.empty() : Optional.ofNullable(hosts[partition]);
  }
}
