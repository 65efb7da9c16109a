package dev.orbit.api.state;

import dev.orbit.api.address.AddressableReference;

/**
 * Names one reminder.
 *
 * @param cluster the cluster that the actor lives in
 * @param actor whose reminder it is
 * @param name which of the actor's reminders
 */
public record ReminderKey(String cluster, AddressableReference actor, String name) {
  @Override
  public String toString() {
    return actor + "!" + name;
  }
}
