package dev.orbit.transport.internal;

import dev.orbit.api.env.Cancellable;
import java.time.Duration;

/**
 * How long messages wait for others before they leave together. Only for the loop, except {@link
 * #flush}.
 */
final class Linger {
  /** Nobody waits. */
  static final Linger NONE = new Linger(Duration.ZERO, (delay, task) -> () -> {});

  /** Runs a task after a time, on any thread. */
  interface Timer {
    Cancellable schedule(Duration delay, Runnable task);
  }

  private final long nanos;
  private final Timer timer;
  private boolean armed;
  private volatile boolean flush;

  /** A pause. */
  Linger(Duration pause, Timer timer) {
    this.nanos = pause.toNanos();
    this.timer = timer;
  }

  /** What waits at present leaves without waiting on. The caller then wakes the outbox. */
  void flush() {
    flush = nanos > 0;
  }

  /**
   * Whether messages are to leave of which the oldest has waited so long.
   *
   * @param wake looks again; run when the oldest has waited long enough, if it is not to leave now
   */
  boolean isOver(long waitedNanos, Runnable wake) {
    if (nanos == 0 || flush || waitedNanos >= nanos) {
      return true;
    }
    if (!armed) {
      armed = true;
      var _ = timer.schedule(Duration.ofNanos(nanos - waitedNanos), wake);
    }
    return false;
  }

  /** The time that was waited for has come. */
  void ticked() {
    armed = false;
  }

  /** All that waited has left. */
  void emptied() {
    flush = false;
  }
}
