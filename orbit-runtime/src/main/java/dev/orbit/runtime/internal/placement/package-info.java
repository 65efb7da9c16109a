/**
 * Who hosts an actor, and since when for sure.
 *
 * <p>{@link dev.orbit.runtime.internal.placement.Placement} is a pure function of a view: the owner
 * of an actor's partition hosts it, or, where the owner does not know its type, the member that
 * wins a draw among those that do. Every node computes the same. But a node learns of a view at its
 * own time, so that its being the host by view 7 does not mean that the host by view 6 has stopped.
 * Hence tenures.
 *
 * <p>One partition on its way: view 7 gives it to this node. {@link
 * dev.orbit.runtime.internal.placement.Tenures} begins a {@link
 * dev.orbit.runtime.internal.placement.Tenure}, closed, and a {@link
 * dev.orbit.runtime.internal.placement.Barrier} that asks every other member of view 7 whether it
 * has applied that view and which of the partitions that it lost still have an activation coming to
 * its end. Calls that arrive wait in the tenure. When each member has answered without naming the
 * partition, or has itself left the view (its lease was over before it did), and this node has
 * itself stopped what it had there in an earlier tenure, the tenure opens and the calls go on in
 * their order. View 9 gives the partition to another node: the tenure is revoked, turns that run
 * come to their end, no other begins, and this node names the partition to those who ask until
 * then.
 *
 * <p>Why it is safe under any chain of views: an activation belongs to one tenure and runs a turn
 * only while that is open. A tenure of view v opens only after every member of v has revoked all
 * tenures of that partition that began before v, and has ended their activations. Whoever is not a
 * member of v has left, fenced by its lease. So two open tenures of a partition would each have had
 * to wait for the other's end.
 *
 * <p>Threading: views are applied one at a time and in order by the caller. Tenures are read by any
 * thread.
 */
@NullMarked
package dev.orbit.runtime.internal.placement;

import org.jspecify.annotations.NullMarked;
