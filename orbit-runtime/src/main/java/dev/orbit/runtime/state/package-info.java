/** The state stores that come with the runtime. All are thread-safe. */
@NullMarked
package dev.orbit.runtime.state;

import org.jspecify.annotations.NullMarked;
