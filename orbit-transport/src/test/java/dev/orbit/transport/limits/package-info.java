/** Tests of limits, with time as a number. */
@NullMarked
package dev.orbit.transport.limits;

import org.jspecify.annotations.NullMarked;
