package dev.orbit.runtime.internal.audit;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one member said of some partitions.
 *
 * @param activations by actor, the number of the activation that the member has
 * @param entries by actor, who hosts it by the member's directory; never the member itself
 * @param notServed the partitions of which it has no directory, whole or at all
 */
record Inventory(
    Map<AddressableReference, Long> activations,
    Map<AddressableReference, Content.Entry> entries,
    BitSet notServed) {

  static Inventory of(MemberId member, List<Content.Entry> told, List<Integer> unavailable) {
    Map<AddressableReference, Long> activations = new HashMap<>();
    Map<AddressableReference, Content.Entry> entries = new HashMap<>();
    for (Content.Entry entry : told) {
      if (entry.host().equals(member)) {
        activations.put(entry.reference(), entry.activation());
      } else {
        entries.put(entry.reference(), entry);
      }
    }
    BitSet notServed = new BitSet();
    unavailable.forEach(notServed::set);
    return new Inventory(activations, entries, notServed);
  }
}
