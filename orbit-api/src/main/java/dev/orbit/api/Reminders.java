package dev.orbit.api;

import java.time.Duration;
import java.util.List;

/**
 * The durable reminders of an actor, kept beside its state. For classes that are {@link
 * Remindable}.
 *
 * <p>What a method does is durable when it returns, and by itself: it is not one transaction with
 * writes of {@link State}. Of a turn that sets a reminder and then writes, a crash in between keeps
 * the reminder alone. So set the reminder first and let {@link Remindable#onReminder} look at the
 * state; it may then come once too often, but is never missing.
 *
 * <p>Confined to the turns of its actor. All methods throw {@link
 * dev.orbit.api.error.StorageException} when the store cannot be reached or a later activation
 * exists, as {@link State#update} does, and {@link IllegalStateException} if the class is not
 * {@link Remindable}.
 */
public interface Reminders {
  /** How many reminders an actor may have at once. */
  int MAX_REMINDERS = 1_000;

  /**
   * Sets a reminder, in place of one of that name.
   *
   * @param name 1 to 100 letters, digits, {@code . _} or {@code -}
   * @throws IllegalArgumentException if the name or a cron expression cannot be read
   * @throws dev.orbit.api.error.StorageException with {@code TOO_MANY_REMINDERS} if the actor has
   *     {@value #MAX_REMINDERS} others
   */
  void set(String name, Schedule schedule, MissedFirings missed);

  /** As {@link #set(String, Schedule, MissedFirings)}, with {@link MissedFirings#ONCE}. */
  default void set(String name, Schedule schedule) {
    set(name, schedule, MissedFirings.ONCE);
  }

  /** Sets a reminder that is due once, after a delay. */
  default void set(String name, Duration delay) {
    set(name, Schedule.after(delay));
  }

  /**
   * Takes a reminder away. An occurrence that is being delivered may still arrive.
   *
   * @return whether there was one
   */
  boolean cancel(String name);

  /** The names of the reminders that are set, sorted. */
  List<String> names();
}
