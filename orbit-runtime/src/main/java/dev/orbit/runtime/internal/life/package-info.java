/**
 * One life of a node: what it holds between a join and the loss of its lease.
 *
 * <p>{@link dev.orbit.runtime.internal.life.Life} has the lease, the directory and the activations
 * of one incarnation, and applies views to them in order; where the application's resolver knows
 * where actors are to live, {@link dev.orbit.runtime.internal.life.HostAdvice} asks it first. When
 * its lease is lost it is over for good: everything in it is dropped, and a node that joins again
 * gets a new one. {@link dev.orbit.runtime.internal.life.Lives} holds the present life and the
 * latest placement for those who route. All types are thread-safe; {@link
 * dev.orbit.runtime.internal.life.Lives#apply} is called by one thread at a time.
 */
@NullMarked
package dev.orbit.runtime.internal.life;

import org.jspecify.annotations.NullMarked;
