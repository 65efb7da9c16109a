package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.state.Fence;
import dev.orbit.proto.Content;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time for which this node owns a partition. Guarded by the partition's monitor.
 *
 * <pre>
 *   FILLING --all entries are there--> SERVING
 *   either  --the view says so-->      over; a serving one leaves its entries to be handed over
 * </pre>
 */
final class Tenure {
  private static final Logger LOG = LoggerFactory.getLogger(Tenure.class);

  final long since;
  final Map<AddressableReference, Entry> elsewhere = new HashMap<>();
  boolean serving;
  private long counter;

  Tenure(long since) {
    this.since = since;
  }

  Fence nextFence() {
    counter++;
    return new Fence(since, counter);
  }

  /**
   * Keeps an entry that came over the wire. There may be a million of them, which share the names
   * of their types and hosts.
   */
  void keep(AddressableReference address, Entry entry, ClusterView view) {
    MemberId host =
        view.member(entry.host().node())
            .map(Member::id)
            .filter(entry.host()::equals)
            .orElse(entry.host());
    elsewhere.put(new AddressableReference(address.type().intern(), address.key()), entry.on(host));
  }

  /** Takes over an entry that another had, unless a later one is here already. */
  void take(Content.Entry entry, ActivationHost own, ClusterView view) {
    AddressableReference address = entry.reference();
    Entry taken = Entry.granted(entry.host(), entry.activation(), entry.fence());
    Entry other = elsewhere.get(address);
    if (other == null || other.fence().compareTo(taken.fence()) < 0) {
      keep(address, taken, view);
    }
    if (entry.activation() != 0
        && (own.grantOf(address) != null || (other != null && other.activation() != 0))) {
      LOG.error("event=hosted-twice actor={} entry={} other={}", address, entry, other);
    }
  }

  /** Hosts that are not in the view have stopped before they could leave it. */
  void purge(ClusterView view) {
    elsewhere.values().removeIf(entry -> !view.contains(entry.host()));
  }
}
