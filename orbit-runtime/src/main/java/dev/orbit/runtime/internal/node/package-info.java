/**
 * A node put together: its parts, its start, its lives, its end.
 *
 * <p>{@link dev.orbit.runtime.internal.node.NodeProcess} lasts from start to close and owns what
 * outlives a lease: the transport, the consensus voter, the state store, the references.
 */
@NullMarked
package dev.orbit.runtime.internal.node;

import org.jspecify.annotations.NullMarked;
