/** Clusters that lose nodes while they write. */
@NullMarked
package dev.orbit.testkit.chaos;

import org.jspecify.annotations.NullMarked;
