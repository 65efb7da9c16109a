/**
 * What tests put in place of time, threads, leases and other nodes; where nothing is said, for one
 * thread.
 */
@NullMarked
package dev.orbit.runtime.internal.simulated;

import org.jspecify.annotations.NullMarked;
