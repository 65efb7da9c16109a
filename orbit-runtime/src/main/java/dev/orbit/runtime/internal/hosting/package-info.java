/**
 * Running actors: activations, their mailboxes, their turns.
 *
 * <p>One call: {@link dev.orbit.runtime.internal.hosting.ActivationTable#deliver} finds the actor's
 * {@link dev.orbit.runtime.internal.hosting.Activation} or makes one, and puts the {@link
 * dev.orbit.runtime.internal.hosting.Call} into its {@link
 * dev.orbit.runtime.internal.hosting.Mailbox}. That schedules the activation on a virtual thread,
 * unless it is scheduled already. There it makes its instance if it has none (states are claimed,
 * the constructor and {@code onActivate} run), takes one call after the other, decodes the
 * arguments, calls the method with the call's context bound, waits for the stage if it returned
 * one, and answers. When the mailbox is empty the thread ends; an idle activation has none.
 *
 * <p>Rules: turns of an activation never overlap, and each sees what the one before did. A turn
 * begins only while the activation's tenure is open and the node holds its lease; a reply leaves
 * only while the node holds its lease. A call is answered exactly once. Arguments are decoded on
 * the activation's thread, never on the one that read them from the network.
 *
 * <p>Nothing here blocks its caller. Users' code runs on virtual threads alone.
 */
@NullMarked
package dev.orbit.runtime.internal.hosting;

import org.jspecify.annotations.NullMarked;
