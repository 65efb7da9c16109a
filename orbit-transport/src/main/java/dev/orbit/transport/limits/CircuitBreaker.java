package dev.orbit.transport.limits;

import java.time.Duration;
import java.util.BitSet;

/**
 * Keeps calls from a peer that fails them, and finds out when it is well again.
 *
 * <pre>
 *  Closed --enough of the last outcomes failed--> Open --pause over--> HalfOpen
 *    ^                                             ^                      |
 *    |                                             +--- a trial failed ---+
 *    +-------------------- all trials succeeded --------------------------+
 * </pre>
 *
 * <p>Asking a closed breaker is one read of a field. Telling it an outcome takes its lock for some
 * nanoseconds.
 */
public final class CircuitBreaker {
  /** What it does with calls. */
  public enum State {
    /** Lets them through. */
    CLOSED,
    /** Refuses them. */
    OPEN,
    /** Lets a few through, on trial. */
    HALF_OPEN
  }

  private final BreakerConfig config;
  private volatile State state = State.CLOSED;

  // Guarded by this.
  private final BitSet failed;
  private int next;
  private int seen;
  private int failures;
  private long openedAt;
  private int trialsGiven;
  private int trialsGood;
  private long opened;

  /** A closed breaker. */
  public CircuitBreaker(BreakerConfig config) {
    this.config = config;
    this.failed = new BitSet(config.window());
  }

  /**
   * Whether a call may go through. Each that may must be followed by {@link #succeeded} or {@link
   * #failed}.
   */
  public boolean admits(long nowNanos) {
    return state == State.CLOSED || admitsOnTrial(nowNanos);
  }

  private synchronized boolean admitsOnTrial(long nowNanos) {
    if (state == State.OPEN && nowNanos - openedAt >= config.pause().toNanos()) {
      state = State.HALF_OPEN;
      trialsGiven = 0;
      trialsGood = 0;
    }
    // A trial of which nobody ever told the outcome must not close the way for good.
    if (state == State.HALF_OPEN
        && trialsGiven >= config.trials()
        && nowNanos - openedAt >= 2 * config.pause().toNanos()) {
      openedAt = nowNanos;
      trialsGiven = trialsGood;
    }
    if (state == State.HALF_OPEN && trialsGiven < config.trials()) {
      trialsGiven++;
      return true;
    }
    return state == State.CLOSED;
  }

  /** A call that was let through has succeeded, or failed by its own fault. */
  public synchronized void succeeded() {
    switch (state) {
      case CLOSED -> record(false);
      case HALF_OPEN -> {
        trialsGood++;
        if (trialsGood >= config.trials()) {
          state = State.CLOSED;
          forget();
        }
      }
      case OPEN -> {}
    }
  }

  /** A call that was let through has failed by the peer's fault. */
  public synchronized void failed(long nowNanos) {
    switch (state) {
      case CLOSED -> {
        record(true);
        if (seen == config.window() && failures >= config.failures() * config.window()) {
          open(nowNanos);
        }
      }
      case HALF_OPEN -> open(nowNanos);
      case OPEN -> {}
    }
  }

  private void record(boolean failure) {
    if (seen == config.window()) {
      failures -= failed.get(next) ? 1 : 0;
    } else {
      seen++;
    }
    failed.set(next, failure);
    failures += failure ? 1 : 0;
    next = (next + 1) % config.window();
  }

  private void open(long nowNanos) {
    state = State.OPEN;
    openedAt = nowNanos;
    opened++;
    forget();
  }

  /** Closes it: whoever is called now is not whom the outcomes so far speak of. */
  public synchronized void reset() {
    state = State.CLOSED;
    forget();
  }

  /** How long it surely lets nobody through; zero unless it is open. */
  public synchronized Duration untilTrial(long nowNanos) {
    return state == State.OPEN
        ? Duration.ofNanos(Math.max(0, config.pause().toNanos() - (nowNanos - openedAt)))
        : Duration.ZERO;
  }

  private void forget() {
    failed.clear();
    next = 0;
    seen = 0;
    failures = 0;
  }

  /** The state; an open breaker whose pause is over turns half-open with the next call only. */
  public State state() {
    return state;
  }

  /** How often it has opened. */
  public synchronized long opened() {
    return opened;
  }
}
