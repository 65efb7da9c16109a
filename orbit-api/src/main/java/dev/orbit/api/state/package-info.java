/**
 * Where actors' state is kept: the interface that stores implement.
 *
 * <p>A store keeps one versioned value a {@link dev.orbit.api.state.StateKey}. Before an activation
 * runs its first turn it <em>claims</em> the key with its fence; from then on the store refuses
 * every write with an older fence, so that a node that was cut off and does not know it yet can
 * change nothing.
 */
@NullMarked
package dev.orbit.api.state;

import org.jspecify.annotations.NullMarked;
