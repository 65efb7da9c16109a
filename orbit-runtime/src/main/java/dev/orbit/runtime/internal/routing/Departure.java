package dev.orbit.runtime.internal.routing;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What becomes of the calls that come to a node while it leaves. Thread-safe. */
public final class Departure {
  private static final Set<ErrorCode> OURS =
      Set.of(
          ErrorCode.SHUTTING_DOWN,
          ErrorCode.NOT_OWNER,
          ErrorCode.NODE_UNAVAILABLE,
          ErrorCode.LEASE_LOST);

  private final LongAdder forwarded = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final AtomicLong longestNanos = new AtomicLong();

  Departure() {}

  void forwarded() {
    forwarded.increment();
  }

  void answered(@Nullable Reply reply, long tookNanos) {
    longestNanos.accumulateAndGet(tookNanos, Math::max);
    if (reply != null && reply.notExecuted().filter(Departure::isOurs).isPresent()) {
      rejected.increment();
    }
  }

  /** Refused because this node leaves, and not because the call itself cannot work. */
  private static boolean isOurs(NotExecutedException refused) {
    return OURS.contains(refused.code());
  }

  /** How many calls were sent on to other nodes. */
  public long forwardedCalls() {
    return forwarded.sum();
  }

  /** How many were refused. */
  public long rejectedCalls() {
    return rejected.sum();
  }

  /** The longest time until an answer. */
  public Duration longestPause() {
    return Duration.ofNanos(longestNanos.get());
  }
}
