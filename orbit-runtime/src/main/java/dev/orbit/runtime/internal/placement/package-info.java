/**
 * Who should host an actor.
 *
 * <p>{@link dev.orbit.runtime.internal.placement.Placement} says for each type and partition which
 * member is to host an actor that nobody hosts yet: the owner of the actor's partition, or, where
 * the owner does not know its type, the member that wins a draw among those that do. Every node
 * computes the same from the same view. Who does host an actor is for the directory to say ({@code
 * dev.orbit.runtime.internal.directory}), which asks here for new actors only.
 *
 * <p>That is the choice by hash, a pure function of the view. {@link
 * dev.orbit.runtime.internal.placement.Chooser} makes the choice that the type's {@link
 * dev.orbit.api.placement.PlacementStrategy} wants: it passes over nodes that are full, and shows
 * the strategy what {@link dev.orbit.runtime.internal.placement.LoadBoard} knows of their load. The
 * board asks a member for its load ({@link dev.orbit.runtime.internal.placement.OwnLoad} there)
 * only when somebody wanted to know, and at most once a second.
 *
 * <p>Threading: placements and strategies are immutable; a choice is made under the monitor of a
 * partition, and neither blocks nor sends. Members are asked on virtual threads.
 */
@NullMarked
package dev.orbit.runtime.internal.placement;

import org.jspecify.annotations.NullMarked;
