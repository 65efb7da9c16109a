/** Contexts, deadlines and repetition. */
@NullMarked
package dev.orbit.client.internal.call;

import org.jspecify.annotations.NullMarked;
