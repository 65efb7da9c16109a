/**
 * Contracts of actors as the runtime sees them: an interface read once, checked, and turned into a
 * table of methods by their names on the wire.
 *
 * <p>Whatever cannot work is refused here, before the first call, with the method, the reason and
 * the remedy. Callers and hosts read the same table, so that both agree on names and types.
 * Everything is immutable and safe to share.
 */
@NullMarked
package dev.orbit.client.internal.contract;

import org.jspecify.annotations.NullMarked;
