/** Tests of the choice among nodes. */
@NullMarked
package dev.orbit.transport.balancing;

import org.jspecify.annotations.NullMarked;
