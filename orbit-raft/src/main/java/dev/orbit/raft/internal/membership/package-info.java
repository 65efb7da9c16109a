/**
 * A node's own side of membership: joining, renewing, the lease on its own clock, and on voters the
 * leader's scan for members whose lease is over.
 *
 * <p>Why a node that the cluster calls dead has fenced itself before: let a renewal be sent at s on
 * the member's clock and be the last that the member saw acknowledged. The member gives up at s +
 * lease - margin. The leader applied that renewal or a later one no earlier than s, and proposes
 * the expiry lease + margin after that; the replicated state refuses it if a renewal that the
 * leader had not applied came between. With clocks that run up to r too fast or too slow, the
 * member gives up within (lease - margin) * (1 + r) and the leader proposes after at least (lease +
 * margin) * (1 - r): in order as long as r is at most margin / lease.
 *
 * <p>{@link dev.orbit.raft.internal.membership.MembershipAgent} and what it is made of belong to
 * one serial queue each node; {@link dev.orbit.raft.internal.membership.HeldLease} is free of locks
 * where it is read.
 */
@NullMarked
package dev.orbit.raft.internal.membership;

import org.jspecify.annotations.NullMarked;
