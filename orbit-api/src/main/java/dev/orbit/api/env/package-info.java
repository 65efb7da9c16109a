/**
 * Time, threads and randomness, as the runtime sees them.
 *
 * <p>{@link dev.orbit.api.env.Environment} is the first constructor parameter of everything that
 * waits, ticks, spawns or draws, so that a test can put a whole cluster under virtual time and
 * replay it from a seed.
 */
@NullMarked
package dev.orbit.api.env;

import org.jspecify.annotations.NullMarked;
