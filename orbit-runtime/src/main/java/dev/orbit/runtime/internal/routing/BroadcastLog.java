package dev.orbit.runtime.internal.routing;

import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of calls that go to every node of the cluster: one line a second, with a count of the
 * others. Thread-safe.
 */
final class BroadcastLog {
  private static final Logger LOG = LoggerFactory.getLogger(BroadcastLog.class);
  private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

  private final Environment environment;
  private final AtomicLong due;
  private final AtomicLong unlogged = new AtomicLong();

  BroadcastLog(Environment environment) {
    this.environment = environment;
    this.due = new AtomicLong(environment.nanoTime());
  }

  /** All active actors of a type are called, on so many nodes. */
  void called(Object call, int nodes) {
    long now = environment.nanoTime();
    long seen = due.get();
    if (now - seen < 0 || !due.compareAndSet(seen, now + PERIOD_NANOS)) {
      unlogged.incrementAndGet();
      return;
    }
    LOG.info("event=broadcast call=\"{}\" nodes={} others={}", call, nodes, unlogged.getAndSet(0));
  }
}
