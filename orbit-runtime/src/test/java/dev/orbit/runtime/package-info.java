/** Tests of whole nodes. */
@NullMarked
package dev.orbit.runtime;

import org.jspecify.annotations.NullMarked;
