package dev.orbit.api;

import java.time.Duration;

/**
 * Timers of an activation. They live in memory and end with it: what must happen also after the
 * node is lost or the actor was idle is for {@link Reminders}.
 *
 * <p>A timer's action runs as a turn: queued behind the calls that wait, alone, on a virtual
 * thread, with the deadline of an ordinary call. A repeated timer is armed again when its turn has
 * ended, so that its turns never overlap nor pile up. On a class with {@link InterleavedTimers} an
 * action does not wait for turns that wait themselves. Timers do not keep an activation in memory,
 * and one whose activation has ended does not run any more. When the mailbox is full a firing is
 * tried again after its period, and of a single one a second later.
 *
 * <p>Confined to the turns of its actor.
 */
public interface Timers {
  /** How many timers an activation may have at once. */
  int MAX_TIMERS = 1_000;

  /**
   * Runs {@code action} once.
   *
   * @param delay at least zero
   * @throws IllegalArgumentException if {@code delay} is negative
   * @throws IllegalStateException if there are {@value #MAX_TIMERS} already, or the activation has
   *     ended
   */
  Timer after(Duration delay, TimerAction action);

  /**
   * Runs {@code action} again and again, first after {@code period} and then each time {@code
   * period} after it has ended. What it throws is logged and does not end the repetition.
   *
   * @param period at least 1 ms
   * @throws IllegalArgumentException if {@code period} is shorter
   * @throws IllegalStateException if there are {@value #MAX_TIMERS} already, or the activation has
   *     ended
   */
  Timer every(Duration period, TimerAction action);

  /** What a timer does. */
  @FunctionalInterface
  interface TimerAction {
    /** Runs as a turn, and may block. */
    void run() throws Exception;
  }

  /** A timer that was started. */
  interface Timer {
    /**
     * Stops it: when this returns within a turn of the actor, its action does not begin any more.
     * Idempotent.
     */
    void stop();

    /** Whether it will run again. */
    boolean isActive();
  }
}
