/** The example on three nodes. */
@NullMarked
package dev.orbit.examples.presence;

import org.jspecify.annotations.NullMarked;
