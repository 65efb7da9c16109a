package dev.orbit.api.state;

import java.time.Instant;

/**
 * A reminder as it is stored.
 *
 * @param key its name
 * @param partition the partition that its actor belongs to
 * @param registration tells it from reminders that had the name before; a short text
 * @param occurrence the number of the occurrence that is next, from 1
 * @param due when that is, in whole milliseconds
 * @param schedule how the times after it follow, in a form that the store does not read
 */
public record StoredReminder(
    ReminderKey key,
    int partition,
    String registration,
    long occurrence,
    Instant due,
    String schedule) {
  /** The same with a later occurrence as the next. */
  public StoredReminder at(long nextOccurrence, Instant nextDue) {
    return new StoredReminder(key, partition, registration, nextOccurrence, nextDue, schedule);
  }

  /** Whether the other is the same occurrence of the same registration. */
  public boolean isSameOccurrence(StoredReminder other) {
    return registration.equals(other.registration) && occurrence == other.occurrence;
  }
}
