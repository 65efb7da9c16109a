/**
 * Who is in the cluster: members, their leases, the partition table, and the views of them.
 *
 * <p>One join: a node asks a voter to submit {@code Join}; the state machine gives it the index of
 * the entry as incarnation and makes a new view; the view reaches every node in order; the node
 * renews its lease by a committed {@code Renew} every third of the lease's duration, and holds it
 * until the send time of the last acknowledged renewal plus duration less margin, on its own
 * monotonic clock. The leader, on its own, proposes {@code Expire} no earlier than the apply time
 * plus duration plus margin; the state machine refuses it if a renewal came between. So a node that
 * the cluster calls dead has fenced itself before.
 */
@NullMarked
package dev.orbit.raft.membership;

import org.jspecify.annotations.NullMarked;
