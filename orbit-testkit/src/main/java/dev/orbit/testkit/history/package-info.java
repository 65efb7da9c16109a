/**
 * Was what the callers saw possible? Histories of concurrent calls, and the check whether they are
 * linearizable.
 *
 * <p>A {@link dev.orbit.testkit.history.HistoryRecorder} notes when each call of a test began and
 * ended and what it answered. A {@link dev.orbit.testkit.history.SequentialModel} says what the
 * thing that was called would answer if it were called by one caller at a time. {@link
 * dev.orbit.testkit.history.Linearizability#check} looks for an order of the calls that the model
 * could have answered so, in which no call comes before one that had ended when it began. If there
 * is none, something was lost, done twice, or read stale.
 *
 * <p>Calls whose outcome nobody knows may have happened at any time after they began, or never.
 */
@NullMarked
package dev.orbit.testkit.history;

import org.jspecify.annotations.NullMarked;
