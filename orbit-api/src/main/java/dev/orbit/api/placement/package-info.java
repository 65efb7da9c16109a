/**
 * How an actor that is active nowhere gets its node, and how to choose it in another way.
 *
 * <p>The node that owns the actor's partition decides, once for each activation, by the {@link
 * dev.orbit.api.placement.PlacementStrategy} that the type names. Which nodes come into question is
 * settled before: those that host the type, are active, have the tags that it requires, and have
 * room. All types but strategies are immutable.
 */
@NullMarked
package dev.orbit.api.placement;

import org.jspecify.annotations.NullMarked;
