/** Tests of the package of the same name. */
@NullMarked
package dev.orbit.runtime.internal.directory;

import org.jspecify.annotations.NullMarked;
