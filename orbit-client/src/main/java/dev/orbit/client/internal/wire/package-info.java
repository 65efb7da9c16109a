/**
 * Failures on their way between host and caller.
 *
 * <p>A host turns an exception into {@link dev.orbit.proto.Content.InvocationError}, a caller turns
 * it back. Classes that a message names are never looked up: the caller instantiates only
 * exceptions that the contract declares and a few of the JDK, by name. Stateless.
 */
@NullMarked
package dev.orbit.client.internal.wire;

import org.jspecify.annotations.NullMarked;
