/** The contract kit against the resolvers that Orbit ships, and against some that break it. */
@NullMarked
package dev.orbit.testkit.resolver;

import org.jspecify.annotations.NullMarked;
