/**
 * The way of a call to its host, from a reference or from the network.
 *
 * <p>One call: a reference gives an invocation to {@link
 * dev.orbit.runtime.internal.routing.NodeInvoker}. Where the actor is active here, or this node
 * owns its partition, the call goes the short way, as a {@link
 * dev.orbit.runtime.internal.routing.LocalCall} straight into its mailbox, with arguments and
 * result shared where nobody can change them. Otherwise, and when the directory says that the actor
 * is elsewhere, it goes the long way: the arguments are encoded into a {@link
 * dev.orbit.runtime.internal.routing.RoutedCall}, and its caller waits for a {@link
 * dev.orbit.runtime.internal.routing.DistantCall}. {@link
 * dev.orbit.runtime.internal.routing.Router} looks whether the actor is active here. If not, it
 * guesses: the actor's host as far as {@link dev.orbit.runtime.internal.routing.Locations}
 * remembers one, else the owner of its partition, computed from the view. If that is this node,
 * {@link dev.orbit.runtime.internal.routing.LocalHost} admits the call to the directory and no
 * socket is touched; else it goes there by the transport, under the view by which it was chosen.
 * There {@link dev.orbit.runtime.internal.routing.InboundRouter} receives it, waits for the view if
 * it is behind, and gives it to the Router of that node: to its mailbox, or on to another node if
 * the directory says so (and whoever guessed wrong is sent a hint). A call that the owner of the
 * partition passes on says so, and is not passed on again but by a node that, as the directory
 * tells it, is not the host. The answer goes back the way the call came.
 *
 * <p>Whatever goes to another member goes by {@link dev.orbit.runtime.internal.routing.Detours}:
 * straight, or where that is not possible over a third member, whose {@link
 * dev.orbit.runtime.internal.routing.Relay} passes it along.
 *
 * <p>Calls of actors whose mailboxes fill wait in {@link
 * dev.orbit.runtime.internal.routing.WaitingRoom} before they are sent; {@link
 * dev.orbit.runtime.internal.routing.Attempts} brings them there, and judges what comes back.
 *
 * <p>A call that surely did not run is tried again until its deadline; one whose outcome is unknown
 * never is. Nothing here blocks. Calls from one thread to one actor keep their order, because
 * nothing on the way hands them to a pool, and where the way changes {@link
 * dev.orbit.runtime.internal.routing.CallOrder} sends a {@link
 * dev.orbit.runtime.internal.routing.Milestone} behind those that are on the one that is left.
 */
@NullMarked
package dev.orbit.runtime.internal.routing;

import org.jspecify.annotations.NullMarked;
