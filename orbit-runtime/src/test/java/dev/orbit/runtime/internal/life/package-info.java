/** Tests of what is in one life of a node. */
@NullMarked
package dev.orbit.runtime.internal.life;

import org.jspecify.annotations.NullMarked;
