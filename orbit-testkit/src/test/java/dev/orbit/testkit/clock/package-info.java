/** Timers and reminders on real nodes. */
@NullMarked
package dev.orbit.testkit.clock;

import org.jspecify.annotations.NullMarked;
