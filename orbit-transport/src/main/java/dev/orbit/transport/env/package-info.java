/**
 * The production {@link dev.orbit.api.env.Environment}: system clocks, virtual threads, one timer
 * thread.
 *
 * <p>A process makes one {@link dev.orbit.transport.env.SystemEnvironment}, hands it to everything
 * it builds, and closes it last. Timer tasks share one daemon thread and must not block; whatever
 * may block runs on a virtual thread, which takes the next such task when it has ended one.
 */
@NullMarked
package dev.orbit.transport.env;

import org.jspecify.annotations.NullMarked;
