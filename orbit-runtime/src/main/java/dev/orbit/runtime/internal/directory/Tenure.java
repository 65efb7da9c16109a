package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.state.Fence;
import java.util.HashMap;
import java.util.Map;

/**
 * The time for which this node owns a partition. Guarded by the partition's monitor.
 *
 * <pre>
 *   FILLING --all entries are there--> SERVING
 *   either  --the view says so-->      over; a serving one leaves its entries to be handed over
 * </pre>
 */
final class Tenure {
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

  /** Hosts that are not in the view have stopped before they could leave it. */
  void purge(ClusterView view) {
    elsewhere.values().removeIf(entry -> !view.contains(entry.host()));
  }
}
