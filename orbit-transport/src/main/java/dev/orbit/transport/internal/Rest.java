package dev.orbit.transport.internal;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks from time to time whether a connection is still needed. It never looks at two at a time: a
 * new one takes the place of the one before. Thread-safe.
 */
final class Rest {
  private final Environment environment;
  private final Duration timeout;
  private final Loop loop;

  /** Guarded by this. */
  private @Nullable Cancellable next;

  /**
   * A watch over nothing yet.
   *
   * @param timeout after how long of no use a connection is given up; zero for never
   */
  Rest(Environment environment, Duration timeout, Loop loop) {
    this.environment = environment;
    this.timeout = timeout;
    this.loop = loop;
  }

  /**
   * There is a new connection.
   *
   * @param look gives it up if nobody needs it, else tells when to look again; run on the loop
   */
  void watch(Supplier<Optional<Duration>> look) {
    if (!timeout.isZero()) {
      look(timeout, look);
    }
  }

  private synchronized void look(Duration in, Supplier<Optional<Duration>> look) {
    if (next != null) {
      next.cancel();
    }
    next =
        environment.schedule(
            in,
            () -> loop.executeInAnyCase(() -> look.get().ifPresent(again -> look(again, look))));
  }

  /** Whether what was of no use for so long is given up. */
  boolean isDueAfter(Duration unused) {
    return unused.compareTo(timeout) >= 0;
  }

  /** When to look again at what was of no use for so long. */
  Duration after(Duration unused) {
    return isDueAfter(unused) ? timeout : timeout.minus(unused);
  }
}
