/**
 * A consensus group within one process and in memory: the reference against which other engines are
 * held, the engine of simulations, and the engine of a cluster of one node that keeps nothing.
 *
 * <p>It is deterministic if its {@link dev.orbit.api.env.Environment} is: all that happens is a
 * task of one serial queue, every delay, loss and choice is drawn from the environment's
 * randomness.
 */
@NullMarked
package dev.orbit.raft.consensus.memory;

import org.jspecify.annotations.NullMarked;
