package dev.orbit.runtime.internal.placement;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.cluster.PlacementRule;
import java.util.ArrayList;
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
  private final Map<String, Hosting> hostingByType;

  private Placement(ClusterView view, Map<String, Hosting> hostingByType) {
    this.view = view;
    this.hostingByType = hostingByType;
  }

  /**
   * Who hosts the actors of a type.
   *
   * @param rule how they find their nodes
   * @param fitting the members that fit the rule
   * @param takers those of them that are active, in the order of their ids
   * @param hosts by partition, who would be the host by hash
   */
  private record Hosting(
      PlacementRule rule, List<Member> fitting, List<Member> takers, @Nullable MemberId[] hosts) {}

  /** The placement that follows from {@code view}. */
  public static Placement of(ClusterView view) {
    Map<String, List<Member>> membersByType = new HashMap<>();
    for (Member member : view.members()) {
      for (String type : member.capabilities().addressableTypes()) {
        membersByType.computeIfAbsent(type, t -> new ArrayList<>()).add(member);
      }
    }
    // Most types are hosted by the same members: they share one table.
    Map<List<Member>, @Nullable MemberId[]> tables = new HashMap<>();
    Map<String, Hosting> hostingByType = new HashMap<>();
    membersByType.forEach(
        (type, members) -> {
          PlacementRule rule = rule(type, members);
          List<Member> fitting = fitting(rule, members);
          hostingByType.put(
              type,
              new Hosting(
                  rule,
                  fitting,
                  active(fitting),
                  tables.computeIfAbsent(fitting, some -> table(view, some))));
        });
    return new Placement(view, hostingByType);
  }

  /** What the member says that joined last: an upgrade that is under way has the last word. */
  private static PlacementRule rule(String type, List<Member> members) {
    Member newest = members.getFirst();
    for (Member member : members) {
      if (member.id().incarnation() > newest.id().incarnation()) {
        newest = member;
      }
    }
    return newest.capabilities().placement(type);
  }

  /** Those that have the tags. What is preferred counts only while an active member has it. */
  private static List<Member> fitting(PlacementRule rule, List<Member> members) {
    List<Member> allowed =
        members.stream().filter(member -> hasTags(member, rule.requires())).toList();
    List<Member> preferred =
        allowed.stream().filter(member -> hasTags(member, rule.prefers())).toList();
    return active(preferred).isEmpty() ? allowed : preferred;
  }

  private static boolean hasTags(Member member, Map<String, String> tags) {
    return member.capabilities().tags().entrySet().containsAll(tags.entrySet());
  }

  private static List<Member> active(List<Member> members) {
    return members.stream().filter(member -> member.status() == NodeStatus.ACTIVE).toList();
  }

  private static @Nullable MemberId[] table(ClusterView view, List<Member> fitting) {
    Set<MemberId> hosting = new HashSet<>();
    fitting.forEach(member -> hosting.add(member.id()));
    List<MemberId> takers = active(fitting).stream().map(Member::id).toList();
    PartitionTable partitions = view.partitions();
    @Nullable MemberId[] hosts = new @Nullable MemberId[partitions.size()];
    for (int p = 0; p < hosts.length; p++) {
      int partition = p;
      hosts[partition] =
          partitions
              .owner(partition)
              .filter(hosting::contains)
              .or(() -> draw(takers, partition))
              .orElse(null);
    }
    return hosts;
  }

  /** Rendezvous hashing: a member that comes or goes moves only what it wins or had won. */
  static Optional<MemberId> draw(List<MemberId> takers, int partition) {
    MemberId winner = null;
    long most = Long.MIN_VALUE;
    for (MemberId taker : takers) {
      long score = mix(mix(partition + 1L) ^ taker.node().key().hashCode());
      if (winner == null || score > most) {
        winner = taker;
        most = score;
      }
    }
    return Optional.ofNullable(winner);
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
    return hostingByType.containsKey(type);
  }

  /** How the actors of a type find their nodes; by the default where no member hosts the type. */
  public PlacementRule rule(String type) {
    Hosting hosting = hostingByType.get(type);
    return hosting == null ? PlacementRule.DEFAULT : hosting.rule();
  }

  /**
   * The active members that host a type and have the tags that its rule asks for, in the order of
   * their ids.
   */
  public List<Member> takers(String type) {
    Hosting hosting = hostingByType.get(type);
    return hosting == null ? List.of() : hosting.takers();
  }

  /** Whether a member hosts a type and has the tags that its rule asks for, active or not. */
  public boolean fits(String type, MemberId member) {
    Hosting hosting = hostingByType.get(type);
    return hosting != null
        && hosting.fitting().stream().anyMatch(fitting -> fitting.id().equals(member));
  }

  /** The host of an actor by hash; empty when no member takes it. */
  public Optional<MemberId> host(AddressableReference reference) {
    return host(reference.type(), view.partitions().partitionOf(reference));
  }

  /** The host by hash of the actors of a type in a partition; empty when no member takes them. */
  public Optional<MemberId> host(String type, int partition) {
    Hosting hosting = hostingByType.get(type);
    return hosting == null ? Optional.empty() : Optional.ofNullable(hosting.hosts()[partition]);
  }
}
