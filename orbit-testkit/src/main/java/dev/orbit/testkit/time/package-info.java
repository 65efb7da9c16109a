/**
 * Virtual time: an {@link dev.orbit.api.env.Environment} in which nothing happens but what a test
 * lets happen.
 *
 * <p>A {@link dev.orbit.testkit.time.SimulatedEnvironment} is a queue of events and a clock that
 * stands still until the test advances it. Everything runs on the thread of the test, in an order
 * that follows from the seed alone, so that a failure is repeated by its seed. Each simulated node
 * sees time through a {@link dev.orbit.testkit.time.SimulatedNode} of its own, whose clock can run
 * fast, slow or not at all, and which can be paused or crashed.
 *
 * <p>Code under simulation must not block: what waits in a real thread for something that only a
 * later event would do waits for ever, because the same thread would have to do it.
 *
 * <p>Everything here belongs to the thread that made the environment, and says so when another uses
 * it.
 */
@NullMarked
package dev.orbit.testkit.time;

import org.jspecify.annotations.NullMarked;
