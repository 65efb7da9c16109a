/**
 * Code around calls: on the side that runs them and on the side that makes them.
 *
 * <p>A {@link dev.orbit.api.filter.TurnFilter} stands around the method of a turn, a {@link
 * dev.orbit.api.filter.CallFilter} around a call through a reference. Filters of a side are asked
 * in the order in which they were added, the first outermost. Each goes on with the next by {@code
 * proceed}; it may do so again after a failure, or not at all and give a result of its own. They
 * are shared by all threads.
 */
@NullMarked
package dev.orbit.api.filter;

import org.jspecify.annotations.NullMarked;
