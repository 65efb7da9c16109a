/**
 * Actors' state between an activation and the store.
 *
 * <p>One state: before the first turn {@link
 * dev.orbit.runtime.internal.persistence.PersistentState} claims its key with the activation's
 * fence, which shuts out every earlier activation, and decodes what is stored. Each write goes out
 * with the version that was read last and with the fence. A write that the store refuses ends the
 * activation, because what the actor holds in memory may be stale; after one whose outcome is
 * unknown the state is claimed again before it is used. Confined to the turns of one activation.
 */
@NullMarked
package dev.orbit.runtime.internal.persistence;

import org.jspecify.annotations.NullMarked;
