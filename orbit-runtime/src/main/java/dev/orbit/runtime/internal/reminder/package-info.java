/**
 * Reminders: durable times at which an actor gets a turn.
 *
 * <p>One reminder: an actor sets it in a turn. {@link
 * dev.orbit.runtime.internal.reminder.ActorReminders} writes it to the store, with the activation's
 * fence and the partition of its actor, and tells the {@link
 * dev.orbit.runtime.internal.reminder.ReminderService} of the node. The service of the node that
 * owns the partition keeps in memory what is due within the next moments, by reading the store
 * twice a second and by being told of what was set here. At its time it delivers the occurrence as
 * a call, routed like any other; when that call has run, it moves the stored reminder on to the
 * next time, many of them in one transaction. Only then does the occurrence count as delivered.
 *
 * <p>Rules: where a partition changes hands two nodes may deliver one occurrence, under the same
 * id; the store moves it on once, because that is bound to the registration and the number of the
 * occurrence. So nothing here needs to know for sure who owns a partition: {@link
 * dev.orbit.runtime.internal.reminder.OwnPartitions} may be late in either direction, and that
 * costs time or a repetition. What was missed follows the {@link dev.orbit.api.MissedFirings} of
 * the reminder ({@link dev.orbit.runtime.internal.reminder.Plan} decides). After an outage nothing
 * floods: a bounded number of reminders is held in memory, and a bounded number of those delivered
 * at once.
 *
 * <p>Threading: the service is thread-safe. Its timer tasks never block; the store is read and
 * written on virtual threads, by one of each kind at a time.
 */
@NullMarked
package dev.orbit.runtime.internal.reminder;

import org.jspecify.annotations.NullMarked;
