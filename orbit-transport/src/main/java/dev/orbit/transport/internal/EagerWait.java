package dev.orbit.transport.internal;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * How one event loop waits for what comes next. Where its last waits were short it looks again, and
 * yields the processor between two looks, before it sleeps: to wake a thread takes so long that
 * whoever sends would notice. Where they were long it sleeps at once, so that a loop with nothing
 * to do costs nothing.
 *
 * <p>So do locks that spin before they block where that was worth it lately (Karlin, Li, Manasse,
 * Owicki, "Empirical studies of competitive spinning for a shared-memory multiprocessor", SOSP
 * 1991). They spin for as long as blocking would cost, which bounds the loss. Here it is longer:
 * while both ends of a connection sleep, a wait is several wakes long, and with a shorter limit
 * neither would begin to look.
 *
 * <p>A task that comes during a look is run in the same turn of the loop, and Netty does not tell
 * of it: the wait goes on until something is read. So a loop that is given nothing but tasks looks
 * less often than it might.
 *
 * <p>For one loop: not thread-safe. The loops of a transport share {@code looking}, so that one of
 * them looks at a time.
 */
final class EagerWait implements SelectStrategy {
  /** A wait that is expected to be longer is slept through, and none is looked at for longer. */
  static final long MOST_NANOS = 200_000;

  /** What a wait counts for at most, so that a long sleep is forgotten after a few short waits. */
  private static final long LONGEST_COUNTED = 4 * MOST_NANOS;

  private static final int WEIGHT = 8;

  private enum State {
    BUSY,
    LOOKING,
    ASLEEP
  }

  private final AtomicBoolean looking;
  private final LongSupplier clock;
  private State state = State.BUSY;
  private long since;

  /**
   * A running mean of the waits, each with the work of what ended it where it was slept through.
   */
  private long usualNanos = MOST_NANOS;

  /** The clock tells nanoseconds. */
  EagerWait(AtomicBoolean looking, LongSupplier clock) {
    this.looking = looking;
    this.clock = clock;
  }

  /**
   * Whether loops should wait like this at all. On a single processor whoever would end the wait
   * needs it, and under a quota what was used for looking is missing later.
   */
  static boolean pays(int processors, boolean quota) {
    return processors > 1 && !quota;
  }

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // Nothing relies on it: it lets others run who want to.
  public int calculateStrategy(IntSupplier ready, boolean hasTasks) throws Exception {
    if (hasTasks) {
      if (state != State.BUSY) {
        over(clock.getAsLong());
      }
      return ready.get();
    }
    long now = clock.getAsLong();
    if (state == State.ASLEEP) {
      over(now);
    }
    if (state == State.BUSY) {
      since = now;
      if (usualNanos >= MOST_NANOS || !looking.compareAndSet(false, true)) {
        state = State.ASLEEP;
        return SELECT;
      }
      state = State.LOOKING;
    }
    int events = ready.get();
    if (events > 0) {
      over(now);
      return events;
    }
    if (now - since >= MOST_NANOS) {
      looking.set(false);
      state = State.ASLEEP;
      return SELECT;
    }
    Thread.yield();
    return CONTINUE;
  }

  private void over(long now) {
    if (state == State.LOOKING) {
      looking.set(false);
    }
    usualNanos += (Math.min(now - since, LONGEST_COUNTED) - usualNanos) / WEIGHT;
    state = State.BUSY;
  }
}
