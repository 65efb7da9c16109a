/** Tests of the package of the same name. */
@NullMarked
package dev.orbit.runtime.internal.routing;

import org.jspecify.annotations.NullMarked;
