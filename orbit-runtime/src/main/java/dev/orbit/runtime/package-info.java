/**
 * A node of a cluster: what an application starts.
 *
 * <p>{@link dev.orbit.runtime.OrbitNode} is one life of a process in the cluster, from {@link
 * dev.orbit.runtime.OrbitNode.Builder#start} to {@link dev.orbit.runtime.OrbitNode#close}. It hosts
 * the actor classes that it was given and hands out references to all actors of the cluster.
 * Everything here is thread-safe except the builder, which is to be used by one thread.
 */
@NullMarked
package dev.orbit.runtime;

import org.jspecify.annotations.NullMarked;
