/** Tests of the package of the same name. */
@NullMarked
package dev.orbit.examples.iot;

import org.jspecify.annotations.NullMarked;
