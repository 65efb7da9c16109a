/**
 * The actor classes of a node, read once when it starts.
 *
 * <p>One class on its way: {@link dev.orbit.runtime.internal.registration.Registrations#read} finds
 * its contract, binds a method handle to each method, finds out where each argument of its
 * constructor comes from, and asks for what the application supplies; whatever cannot work is
 * refused here with {@code BAD_CONTRACT} and the remedy, so that no call finds it out. Later {@link
 * dev.orbit.runtime.internal.registration.ActorRegistration} makes instances and dispatches to them
 * without reflection. Immutable and thread-safe.
 */
@NullMarked
package dev.orbit.runtime.internal.registration;

import org.jspecify.annotations.NullMarked;
