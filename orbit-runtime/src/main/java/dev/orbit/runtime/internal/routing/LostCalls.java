package dev.orbit.runtime.internal.routing;

import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One-way calls that did not run although their callers were told that they stand in a queue, and
 * those of other nodes that were refused at once: nobody waits for an answer that could say so.
 * Counts them all and logs at most one a second. Thread-safe; never blocks.
 */
final class LostCalls {
  private static final Logger LOG = LoggerFactory.getLogger(LostCalls.class);
  private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

  private final Environment environment;
  private final LongAdder count = new LongAdder();
  private final LongAdder unlogged = new LongAdder();
  private final AtomicLong nextLog;

  LostCalls(Environment environment) {
    this.environment = environment;
    this.nextLog = new AtomicLong(environment.nanoTime());
  }

  /**
   * The outcome of a one-way call as its caller is to get it: {@code accepted} unless it has failed
   * already. What becomes of it later is looked at here.
   *
   * @param refusal why an outcome says that the call did not run; null if it did, or may have
   */
  <T extends @Nullable Object> CompletableFuture<T> accepted(
      Object call,
      CompletableFuture<T> outcome,
      T accepted,
      Function<T, @Nullable Object> refusal) {
    if (outcome.isDone()) {
      return outcome;
    }
    var _ =
        outcome.whenComplete(
            (value, failure) -> {
              Object reason = failure != null ? failure : refusal.apply(value);
              if (reason != null) {
                lost(call, reason);
              }
            });
    return CompletableFuture.completedFuture(accepted);
  }

  /** A one-way call did not run, and its caller does not know. */
  void lost(Object call, Object reason) {
    count.increment();
    long due = nextLog.get();
    long now = environment.nanoTime();
    if (now - due < 0 || !nextLog.compareAndSet(due, now + PERIOD_NANOS)) {
      unlogged.increment();
      return;
    }
    LOG.warn(
        "event=one-way-lost call={} reason={} others={}", call, reason, unlogged.sumThenReset());
  }

  /** How many there were. */
  long count() {
    return count.sum();
  }
}
