/** Tests of the package of the same name, and of the stores that come with Orbit. */
@NullMarked
package dev.orbit.testkit.state;

import org.jspecify.annotations.NullMarked;
