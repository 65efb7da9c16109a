/**
 * The client for programs outside the cluster, and what it shares with the runtime on nodes.
 *
 * <p>The packages below {@code internal} are those of the runtime too: contracts, calls, codecs,
 * references and failures are the same on both sides of a call.
 */
@NullMarked
package dev.orbit.client;

import org.jspecify.annotations.NullMarked;
