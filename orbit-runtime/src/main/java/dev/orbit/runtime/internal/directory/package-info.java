/**
 * The directory: which node hosts an actor, and that no two do.
 *
 * <p>Every partition has one owner by the view. The owner keeps an entry for each actor of the
 * partition that is hosted: address, host (a node's life), activation number, fence. For actors
 * that the owner hosts itself the activation <em>is</em> the entry; so on the default path, where
 * the owner hosts, a registration is a look into a map under the partition's monitor, and a call to
 * an activation that exists does not come here at all.
 *
 * <p>One registration: {@link dev.orbit.runtime.internal.directory.Directory#admit} is given an
 * {@link dev.orbit.runtime.internal.directory.Arrival} that found no activation. If this node owns
 * the partition and has all of its entries, it follows the entry, or lets {@link
 * dev.orbit.runtime.internal.directory.HostChoice} say who is to host: this node (a {@link
 * dev.orbit.runtime.internal.directory.Grant} at once), or another (an entry with activation 0, and
 * the call goes there). A node to which the owner has sent a call, and which has no activation,
 * claims: it parks the call, asks the owner to register it, and activates when the grant has come.
 * A node runs nothing without a grant. Any other node sends the call to the owner.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>An entry is replaced only by a request of its own host (which thereby says that what it had
 *       registered before is over) or when its host has left the view (which no host does that may
 *       still act: its lease was over before). A grant to anybody else needs that there is no
 *       entry.
 *   <li>A fence is (view in which the owner got the partition, counter); a later grant for an
 *       address has the greater one.
 *   <li>A request names the view by which it was made. An owner that is behind waits until it has
 *       caught up; one whose ownership began after that view answers with the view to catch up
 *       with.
 *   <li>A grant counts only as the answer to the request that its claim has open. When a view gives
 *       the partition to another owner, every open claim is asked anew, so that nothing an old
 *       owner grants is used by a node that has applied the view.
 *   <li><b>Hand-over</b>: on applying a view the old owner stops granting, and gives its entries to
 *       the new one when that asks; activations stay where they are. The new owner serves when it
 *       has them. Of single actors that are called or claimed meanwhile it asks the old one ({@link
 *       dev.orbit.runtime.internal.directory.Ahead}), and serves those from the answer on.
 *   <li><b>Recovery</b>: if the owner before is gone, or never had the entries itself, or this node
 *       has not seen the view before, the new owner asks every other member which activations it
 *       hosts, and serves when each has answered under the same or a later view, or has left. Who
 *       has joined and still gets ready has never hosted anything in this life, is granted nothing,
 *       and is not asked.
 * </ul>
 *
 * <p>Why two nodes never hold grants for one address: a new owner knows every grant that is in use.
 * By hand-over it has the old owner's entries, which are complete by induction; of one actor it has
 * that entry as soon as the old owner, which grants nothing any more, has named it. By recovery
 * each member lists what it hosts after it has applied the view of the new owner; what was granted
 * and not taken up by then is not used any more, because its claim has been asked anew.
 *
 * <p>A node that drains takes no claims. What the owner still sends to it waits until the owner has
 * been told that the registration is over, and goes back then; by the view of the drain the owner
 * does not choose that node again.
 *
 * <p>An activation whose actor is to live elsewhere leaves with {@link
 * dev.orbit.runtime.internal.directory.Parting#moves}: the calls that were in its mailbox, and
 * those that still come here, wait until the owner has confirmed the end, and go to it in that
 * order. What an activation leaves in memory goes with its end to the owner, into its {@link
 * dev.orbit.runtime.internal.directory.Baggage}, and from there with the next grant to the next
 * activation, whoever hosts that, and to no other.
 *
 * <p>An entry can outlive its activation (a lost {@code Unregister}, or one overtaken). It heals at
 * the next call: the owner sends the call to the host of the entry, that has no activation, claims
 * with a greater number, and is granted anew. Activations never outlive their entries.
 *
 * <p>Threading: {@link dev.orbit.runtime.internal.directory.Seat}, one for each partition, has its
 * own monitor; {@link dev.orbit.runtime.internal.directory.Takeover}, which fetches entries, has
 * another that is taken before those of seats. Nothing in here waits, reads a clock, starts a
 * thread or touches a socket: messages, views and times come in as calls, what is to be sent goes
 * out through {@link dev.orbit.runtime.internal.directory.Courier}, and effects on others run after
 * the monitors are left ({@link dev.orbit.runtime.internal.directory.Effects}). So the simulation
 * runs this very code.
 */
@NullMarked
package dev.orbit.runtime.internal.directory;

import org.jspecify.annotations.NullMarked;
