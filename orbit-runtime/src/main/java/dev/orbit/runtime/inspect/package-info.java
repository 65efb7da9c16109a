/**
 * What a node can tell about actors and the directory of the cluster, for operators and tests.
 *
 * <p>{@link dev.orbit.runtime.inspect.IntegrityReport} says whether the directory and the
 * activations agree, {@link dev.orbit.runtime.inspect.ActorLocation} where an actor is and why. All
 * types are immutable.
 */
@NullMarked
package dev.orbit.runtime.inspect;

import org.jspecify.annotations.NullMarked;
