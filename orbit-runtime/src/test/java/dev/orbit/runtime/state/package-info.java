/** Tests of the package of the same name. */
@NullMarked
package dev.orbit.runtime.state;

import org.jspecify.annotations.NullMarked;
