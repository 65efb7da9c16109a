/**
 * How much is let through: a token bucket, limits by client and by actor type made of it, a breaker
 * and a budget for repetitions. Each stands by itself and can be used without a transport.
 *
 * <p>Rules: time is a parameter, nothing here has a clock or a thread; asking costs one
 * compare-and-set and allocates nothing; what is configured can be changed while it is in use;
 * every table is bounded. Everything is thread-safe.
 */
@NullMarked
package dev.orbit.transport.limits;

import org.jspecify.annotations.NullMarked;
