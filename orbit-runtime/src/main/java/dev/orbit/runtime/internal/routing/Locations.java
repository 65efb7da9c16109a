package dev.orbit.runtime.internal.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where this node sends calls: to the owner of the actor's partition, except for actors that are
 * known to be elsewhere. A wrong guess costs a hop, and is put right by a hint. Thread-safe.
 *
 * <p>The owner follows from the view. What is remembered are only the exceptions, at most {@value
 * #MOST} of them; the least used are forgotten first. Beside a way stands the one that was left for
 * it, until all calls that were sent there are known to have arrived ({@link CallOrder}).
 */
final class Locations {
  /** About 20 MB at worst; beyond it, calls go through the owner. */
  static final int MOST = 100_000;

  private final Cache<AddressableReference, Known> exceptions =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();
  private volatile boolean any;

  /**
   * What is known of an actor.
   *
   * @param host null for the owner
   * @param left the way that calls took before and may still be on; null for none
   */
  private record Known(@Nullable MemberId host, @Nullable MemberId left) {}

  /** Where to send the next call of the actor; empty if nobody owns its partition. */
  Optional<MemberId> guess(AddressableReference address, int partition, ClusterView view) {
    if (any) {
      Known known = exceptions.getIfPresent(address);
      MemberId host = known == null ? null : known.host();
      if (host != null) {
        if (view.contains(host)) {
          return Optional.of(host);
        }
        exceptions.invalidate(address);
      }
    }
    return view.partitions().owner(partition);
  }

  /** The way that calls of the actor may still be on though it is not the one to take now. */
  @Nullable MemberId left(AddressableReference address, ClusterView view) {
    if (!any) {
      return null;
    }
    Known known = exceptions.getIfPresent(address);
    MemberId left = known == null ? null : known.left();
    return left != null && view.contains(left) ? left : null;
  }

  /** Nothing is on the way any more that was left. */
  void settle(AddressableReference address) {
    var _ =
        exceptions
            .asMap()
            .computeIfPresent(
                address, (_, known) -> known.host() == null ? null : new Known(known.host(), null));
  }

  /** The directory says where the actor is; null for "ask the owner". */
  void learn(AddressableReference address, @Nullable MemberId host, ClusterView view) {
    int partition = view.partitions().partitionOf(address);
    MemberId owner = view.partitions().owner(partition).orElse(null);
    MemberId exception = host == null || host.equals(owner) ? null : host;
    MemberId next = exception == null ? owner : exception;
    MemberId before = guess(address, partition, view).orElse(null);
    var _ =
        exceptions
            .asMap()
            .compute(
                address,
                (_, known) -> {
                  // Nothing has been sent yet by a way that is not settled.
                  MemberId left = known != null && known.left() != null ? known.left() : before;
                  MemberId open = Objects.equals(left, next) ? null : left;
                  return exception == null && open == null ? null : new Known(exception, open);
                });
    any = true;
  }

  /** Drops a guess that was wrong. */
  void forget(AddressableReference address) {
    if (any) {
      exceptions.invalidate(address);
    }
  }
}
