/** What tests put in place of time, threads, leases and other nodes. Used by one thread. */
@NullMarked
package dev.orbit.runtime.internal.simulated;

import org.jspecify.annotations.NullMarked;
