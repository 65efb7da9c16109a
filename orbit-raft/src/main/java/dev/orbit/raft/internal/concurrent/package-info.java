/** Serial queues: the one way in which this module keeps mutable state to one thread at a time. */
@NullMarked
package dev.orbit.raft.internal.concurrent;

import org.jspecify.annotations.NullMarked;
