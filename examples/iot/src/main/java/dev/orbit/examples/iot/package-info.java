/**
 * Many sensors: one actor each, which takes readings in memory, has a timer write their sum, and a
 * durable reminder that notices when the sensor has fallen silent.
 *
 * <p>One reading: the gateway calls {@link dev.orbit.examples.iot.Sensor#report}, one-way. The
 * actor adds it up in memory; once a second its timer writes the sum to its state, so that a
 * thousand readings cost one write, and a crash loses at most the last second, which this
 * application can afford. The reminder of each sensor comes every {@code silentAfter} whether or
 * not the actor is in memory and whichever node is alive; it compares the number of readings with
 * that of the last time, and tells the {@link dev.orbit.examples.iot.Site} when nothing came.
 * Actors are confined to their turns.
 */
@NullMarked
package dev.orbit.examples.iot;

import org.jspecify.annotations.NullMarked;
