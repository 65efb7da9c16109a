package dev.orbit.runtime.internal.audit;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import dev.orbit.runtime.inspect.IntegrityReport.Finding;
import dev.orbit.runtime.inspect.IntegrityReport.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what does not fit in what the members of a view said about some partitions.
 *
 * <p>An actor that its owner hosts needs no entry: the activation is the entry. An entry with
 * activation 0 is of a host that was chosen and has not registered yet: it says nothing of an
 * activation. What only a member that has not answered could tell is not judged.
 */
final class Comparison {
  private final ClusterView view;
  private final Map<MemberId, Inventory> inventories;
  private final BitSet judged = new BitSet();
  private final Set<AddressableReference> doubles = new HashSet<>();

  // What was found, with the activation numbers that it was found for.
  private final Map<Suspicion, Finding> found = new LinkedHashMap<>();

  /**
   * What makes a finding the same at two looks.
   *
   * @param activations the numbers that do not fit, by member
   */
  record Suspicion(Kind kind, AddressableReference actor, Map<MemberId, Long> activations) {}

  Comparison(ClusterView view, BitSet partitions, Map<MemberId, Inventory> inventories) {
    this.view = view;
    this.inventories = inventories;
    for (int p = partitions.nextSetBit(0); p >= 0; p = partitions.nextSetBit(p + 1)) {
      Inventory owners = view.partitions().owner(p).map(inventories::get).orElse(null);
      if (owners != null && !owners.notServed().get(p)) {
        judged.set(p);
      }
    }
    findDoubles();
    inventories.forEach(this::compareActivations);
    inventories.forEach(this::compareEntries);
  }

  /** The partitions of which the owner has told all. */
  BitSet judged() {
    return judged;
  }

  /** What does not fit. */
  Map<Suspicion, Finding> found() {
    return found;
  }

  int activations() {
    return inventories.values().stream().mapToInt(i -> i.activations().size()).sum();
  }

  int entries() {
    return inventories.values().stream().mapToInt(i -> i.entries().size()).sum();
  }

  private void findDoubles() {
    Set<AddressableReference> seen = new HashSet<>();
    for (Inventory inventory : inventories.values()) {
      for (AddressableReference actor : inventory.activations().keySet()) {
        if (!seen.add(actor)) {
          doubles.add(actor);
        }
      }
    }
  }

  private void compareActivations(MemberId member, Inventory inventory) {
    inventory
        .activations()
        .forEach(
            (actor, activation) -> {
              if (doubles.contains(actor)) {
                add(Kind.TWO_ACTIVATIONS, actor, hosts(actor));
                return;
              }
              Inventory owners = judgingOwner(actor);
              if (owners == null || owner(actor).equals(member)) {
                return;
              }
              Content.Entry entry = owners.entries().get(actor);
              if (entry == null
                  || !entry.host().equals(member)
                  || entry.activation() != activation) {
                add(Kind.ACTIVATION_WITHOUT_ENTRY, actor, Map.of(member, activation));
              }
            });
  }

  private void compareEntries(MemberId member, Inventory inventory) {
    inventory
        .entries()
        .forEach(
            (actor, entry) -> {
              Inventory hosts = inventories.get(entry.host());
              if (judgingOwner(actor) == null
                  || !owner(actor).equals(member)
                  || entry.activation() == 0) {
                return;
              }
              boolean unknown = hosts == null && view.contains(entry.host());
              Long activation = hosts == null ? null : hosts.activations().get(actor);
              if (!unknown && (activation == null || activation != entry.activation())) {
                add(Kind.ENTRY_WITHOUT_ACTIVATION, actor, Map.of(entry.host(), entry.activation()));
              }
            });
  }

  private Map<MemberId, Long> hosts(AddressableReference actor) {
    Map<MemberId, Long> hosts = new HashMap<>();
    inventories.forEach(
        (member, inventory) -> {
          Long activation = inventory.activations().get(actor);
          if (activation != null) {
            hosts.put(member, activation);
          }
        });
    return hosts;
  }

  private MemberId owner(AddressableReference actor) {
    return view.partitions().owner(actor).orElseThrow();
  }

  /** What the owner of the actor's partition said; null if it cannot be judged by that. */
  private @Nullable Inventory judgingOwner(AddressableReference actor) {
    return judged.get(view.partitions().partitionOf(actor)) ? inventories.get(owner(actor)) : null;
  }

  private void add(Kind kind, AddressableReference actor, Map<MemberId, Long> activations) {
    List<MemberId> members = new ArrayList<>(activations.keySet());
    members.sort((a, b) -> a.node().compareTo(b.node()));
    view.partitions()
        .owner(actor)
        .ifPresent(
            owner ->
                found.put(
                    new Suspicion(kind, actor, activations),
                    new Finding(
                        kind, actor, view.partitions().partitionOf(actor), members, owner)));
  }
}
