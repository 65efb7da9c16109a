/** Calls between actors of several nodes: circles, errors, deadlines, many at once. */
@NullMarked
package dev.orbit.testkit.calls;

import org.jspecify.annotations.NullMarked;
