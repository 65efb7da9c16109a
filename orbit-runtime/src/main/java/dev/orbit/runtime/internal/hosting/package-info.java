/**
 * Running actors: activations, their mailboxes, their turns.
 *
 * <p>One call: {@link dev.orbit.runtime.internal.hosting.ActivationTable#deliver} finds the actor's
 * {@link dev.orbit.runtime.internal.hosting.Activation}, or the directory has one made when it has
 * granted it. Where nothing runs or waits there, a run of the activation begins on a virtual thread
 * with the {@link dev.orbit.runtime.internal.hosting.Call} in its hand; else the call goes into the
 * {@link dev.orbit.runtime.internal.hosting.Mailbox}, and a run begins unless there is one. There
 * it makes its instance if it has none (states are claimed, the constructor and {@code onActivate}
 * run) and asks its {@link dev.orbit.runtime.internal.hosting.TurnOrder} for the next turn. An
 * actor whose turns exclude one another has {@link
 * dev.orbit.runtime.internal.hosting.ExclusiveTurns}, which run on that very thread; one that
 * declares more has {@link dev.orbit.runtime.internal.hosting.SharedTurns}, each on a thread of its
 * own. A {@link dev.orbit.runtime.internal.hosting.Turn} takes the arguments, calls the method
 * through the filters with the call's context bound, waits for the stage if it returned one, and
 * answers. When the mailbox is empty the thread ends; an idle activation has none.
 *
 * <p>When a mailbox fills, {@link dev.orbit.runtime.internal.hosting.Crowds} tells the nodes that
 * call the actor how many of their calls it takes at a time.
 *
 * <p>Rules: of an activation one turn's code runs at a time, except that read-only turns run beside
 * one another; which turns may be open beside which is declared, and by default none is. Each sees
 * what the ones before did. A turn begins only while the node holds its lease; a reply leaves only
 * while the node holds its lease. A call is answered exactly once. Arguments that came over the
 * wire are decoded on the thread of the turn.
 *
 * <p>{@link dev.orbit.runtime.internal.hosting.Rebalancing} lets activations go after a node has
 * joined; {@link dev.orbit.runtime.internal.hosting.Portability} takes along what they have in
 * memory.
 *
 * <p>A turn that waits knows for which call. {@link dev.orbit.runtime.internal.hosting.WaitProbes}
 * follow such waits from node to node, to find turns that wait for one another.
 *
 * <p>Nothing here blocks its caller. Users' code runs on virtual threads alone.
 */
@NullMarked
package dev.orbit.runtime.internal.hosting;

import org.jspecify.annotations.NullMarked;
