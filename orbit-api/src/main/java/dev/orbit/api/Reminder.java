package dev.orbit.api;

import java.time.Instant;

/**
 * One occurrence of a reminder.
 *
 * @param name as it was set
 * @param occurrenceId tells this occurrence from every other one of the actor, also of reminders of
 *     the same name set before; the same each time the occurrence is delivered
 * @param occurrence counts the occurrences of the reminder since it was set, from 1
 * @param due when it was to be delivered, by the clock of the node that computed it
 */
public record Reminder(String name, String occurrenceId, long occurrence, Instant due) {}
