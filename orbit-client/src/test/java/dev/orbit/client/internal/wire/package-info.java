/** Failures to messages and back. */
@NullMarked
package dev.orbit.client.internal.wire;

import org.jspecify.annotations.NullMarked;
