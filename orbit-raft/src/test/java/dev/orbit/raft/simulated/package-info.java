/**
 * Virtual time for this module's tests: one queue of events, a clock for each node, nothing random
 * but by a seed.
 */
@NullMarked
package dev.orbit.raft.simulated;

import org.jspecify.annotations.NullMarked;
