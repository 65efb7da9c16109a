package dev.orbit.runtime.internal.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.PartitionTable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where this node sends calls: to the owner of the actor's partition, except for actors that are
 * known to be elsewhere. A wrong guess costs a hop, and is put right by a hint. Thread-safe.
 *
 * <p>The owner follows from the view. What is remembered are only the exceptions, at most {@value
 * #MOST} of them; the least used are forgotten first.
 */
final class Locations {
  /** About 20 MB at worst; beyond it, calls go through the owner. */
  static final int MOST = 100_000;

  private final Cache<AddressableReference, MemberId> exceptions =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();
  private volatile boolean any;

  /** Where to send the next call of the actor; empty if nobody owns its partition. */
  Optional<MemberId> guess(AddressableReference address, int partition, ClusterView view) {
    if (any) {
      MemberId exception = exceptions.getIfPresent(address);
      if (exception != null) {
        if (view.contains(exception)) {
          return Optional.of(exception);
        }
        exceptions.invalidate(address);
      }
    }
    return view.partitions().owner(partition);
  }

  /** The directory says where the actor is; null for "ask the owner". */
  void learn(AddressableReference address, @Nullable MemberId host, PartitionTable partitions) {
    if (host == null || partitions.isOwner(host, partitions.partitionOf(address))) {
      exceptions.invalidate(address);
    } else {
      exceptions.put(address, host);
      any = true;
    }
  }

  /** Drops a guess that was wrong. */
  void forget(AddressableReference address) {
    if (any) {
      exceptions.invalidate(address);
    }
  }
}
