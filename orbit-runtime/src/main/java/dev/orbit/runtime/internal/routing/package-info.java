/**
 * The way of a call to its host, from a reference or from the network.
 *
 * <p>One call: a reference gives an invocation to {@link
 * dev.orbit.runtime.internal.routing.NodeInvoker}. Where this node is the host and hosts, the call
 * goes the short way, as a {@link dev.orbit.runtime.internal.routing.LocalCall} straight into its
 * mailbox, with arguments and result shared where nobody can change them. Otherwise, and when this
 * node refuses it because the actor is just moving, it goes the long way: the arguments are encoded
 * into a {@link dev.orbit.runtime.internal.routing.RoutedCall}. {@link
 * dev.orbit.runtime.internal.routing.Router} computes the host from the latest placement. If that
 * is this node, {@link dev.orbit.runtime.internal.routing.LocalHost} admits the call to its tenure
 * and no socket is touched; else it goes to the host by the transport, under the view by which it
 * was chosen. There {@link dev.orbit.runtime.internal.routing.InboundRouter} receives it, waits for
 * the view if it is behind, and routes it by its own latest placement: to its mailbox, or on to
 * another node if views have moved on. Every hop knows a later view than the one before, so that a
 * call cannot go in circles. The answer goes back the way the call came.
 *
 * <p>A call that surely did not run is tried again until its deadline; one whose outcome is unknown
 * never is. Nothing here blocks. Calls from one thread to one actor keep their order, because
 * nothing on the way hands them to a pool.
 */
@NullMarked
package dev.orbit.runtime.internal.routing;

import org.jspecify.annotations.NullMarked;
