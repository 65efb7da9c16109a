/**
 * What durable state and reminders cost.
 *
 * <p>{@link dev.orbit.benchmarks.state.StateLoad} compares, within one run and on one file or
 * server, the store without actors and actors that write, each with batching and held to one
 * operation in a transaction, and a bare loop of transactions. {@link
 * dev.orbit.benchmarks.state.ReminderLoad} has many reminders come due on three nodes and notes how
 * late each was delivered. Each is a main class that prints a table.
 */
@NullMarked
package dev.orbit.benchmarks.state;

import org.jspecify.annotations.NullMarked;
