/**
 * What durable state and reminders cost.
 *
 * <p>{@link dev.orbit.benchmarks.state.StateLoad} compares, within one run and on one file or
 * server, a bare loop of transactions, the store without actors, and actors that write. {@link
 * dev.orbit.benchmarks.state.ReminderLoad} has many reminders come due on three nodes and notes how
 * late each was delivered. Each is a main class that prints a table.
 */
@NullMarked
package dev.orbit.benchmarks.state;

import org.jspecify.annotations.NullMarked;
