/** Tests of the package of the same name. */
@NullMarked
package dev.orbit.runtime.internal.reminder;

import org.jspecify.annotations.NullMarked;
