/** Tests of the package of the same name. */
@NullMarked
package dev.orbit.runtime.internal.config;

import org.jspecify.annotations.NullMarked;
