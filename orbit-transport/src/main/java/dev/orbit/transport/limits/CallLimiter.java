package dev.orbit.transport.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps clients within {@link CallLimits}, which count for the whole cluster: each of its members
 * lets its equal share in. With clients spread over the members, as they choose at random, the
 * shares add up to the limit; a client that goes through one member alone gets that member's share.
 *
 * <p>The buckets of at most {@value #MOST_CLIENTS} clients are kept, those that called last.
 */
public final class CallLimiter {
  /** How many clients are told apart. */
  public static final int MOST_CLIENTS = 10_000;

  private final Cache<String, TokenBucket> clients =
      Caffeine.newBuilder().maximumSize(MOST_CLIENTS).build();
  private final Map<String, TokenBucket> types = new ConcurrentHashMap<>();
  private final LongAdder admitted = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private volatile Limits current;

  private record Limits(CallLimits whole, int members) {}

  /** A limiter of a cluster with one member. */
  public CallLimiter(CallLimits limits) {
    this.current = new Limits(limits, 1);
  }

  /** Puts other limits in force, for clients that are known as well. */
  public void change(CallLimits limits) {
    apply(new Limits(limits, current.members));
  }

  /** The cluster has so many members, at least 1, among which the limits are shared. */
  public void members(int count) {
    Limits before = current;
    if (before.members != Math.max(1, count)) {
      apply(new Limits(before.whole, Math.max(1, count)));
    }
  }

  private synchronized void apply(Limits limits) {
    current = limits;
    limits
        .whole
        .perClient()
        .ifPresentOrElse(
            rate ->
                clients
                    .asMap()
                    .values()
                    .forEach(bucket -> bucket.change(rate.share(limits.members))),
            clients::invalidateAll);
    types.keySet().retainAll(limits.whole.perType().keySet());
    types.forEach(
        (type, bucket) -> {
          Rate rate = limits.whole.perType().get(type);
          if (rate != null) {
            bucket.change(rate.share(limits.members));
          }
        });
  }

  /**
   * Takes the place of one call.
   *
   * @return 0 if the call may go on; otherwise in how many nanoseconds it is worth trying again
   */
  public long take(String client, String type, long nowNanos) {
    Limits limits = current;
    if (limits.whole.isNone()) {
      return 0;
    }
    long wait = 0;
    if (limits.whole.perClient().isPresent()) {
      Rate rate = limits.whole.perClient().get();
      wait =
          clients
              .get(client, _ -> new TokenBucket(rate.share(limits.members), nowNanos))
              .take(nowNanos);
    }
    Rate ofType = limits.whole.perType().get(type);
    if (wait == 0 && ofType != null) {
      wait =
          types
              .computeIfAbsent(type, _ -> new TokenBucket(ofType.share(limits.members), nowNanos))
              .take(nowNanos);
    }
    (wait == 0 ? admitted : rejected).increment();
    return wait;
  }

  /** How many calls were let in while there was a limit. */
  public long admitted() {
    return admitted.sum();
  }

  /** How many were not. */
  public long rejected() {
    return rejected.sum();
  }

  /** The limits in force, of the whole cluster. */
  public CallLimits limits() {
    return current.whole;
  }
}
