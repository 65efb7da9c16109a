/** Tests of the package of the same name. */
@NullMarked
package dev.orbit.runtime.internal.audit;

import org.jspecify.annotations.NullMarked;
