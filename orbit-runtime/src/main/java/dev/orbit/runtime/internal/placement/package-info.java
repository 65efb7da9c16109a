/**
 * Who should host an actor: a pure function of a view.
 *
 * <p>{@link dev.orbit.runtime.internal.placement.Placement} says for each type and partition which
 * member is to host an actor that nobody hosts yet: the owner of the actor's partition, or, where
 * the owner does not know its type, the member that wins a draw among those that do. Every node
 * computes the same from the same view. Who does host an actor is for the directory to say ({@code
 * dev.orbit.runtime.internal.directory}), which asks here for new actors only.
 *
 * <p>Everything is immutable.
 */
@NullMarked
package dev.orbit.runtime.internal.placement;

import org.jspecify.annotations.NullMarked;
