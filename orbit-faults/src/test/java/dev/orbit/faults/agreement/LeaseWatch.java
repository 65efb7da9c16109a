package dev.orbit.faults.agreement;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.faults.MonotonicClock;
import dev.orbit.faults.Stamps;
import dev.orbit.raft.membership.Membership;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps this node a member, and stamps whether it believes that it holds its lease: {@code holds}
 * with the moment after it first did, {@code held} with the moment before it asked each time,
 * {@code gone} with the moment after a view came that lacks a member of the one before.
 */
final class LeaseWatch {
  private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(5);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Membership membership;
  private final Endpoint endpoint;
  private final Stamps stamps;
  private Set<MemberId> present = Set.of();

  private LeaseWatch(Membership membership, Endpoint endpoint, Stamps stamps) {
    this.membership = membership;
    this.endpoint = endpoint;
    this.stamps = stamps;
  }

  static void start(Membership membership, Endpoint endpoint, Stamps stamps) {
    LeaseWatch watch = new LeaseWatch(membership, endpoint, stamps);
    membership.onView(watch::saw);
    Thread.ofPlatform().daemon().name("lease-watch").start(watch::run);
  }

  /** One view after the other. */
  private void saw(ClusterView view) {
    Set<MemberId> now = new HashSet<>();
    for (Member member : view.members()) {
      now.add(member.id());
    }
    stamps.add("view", view.version());
    for (MemberId before : present) {
      if (!now.contains(before)) {
        stamps.add("gone", before.node().key(), before.incarnation());
      }
    }
    present = now;
  }

  private void run() {
    while (true) {
      try {
        hold(membership.join(endpoint, NodeCapabilities.NONE, PATIENCE));
      } catch (NotExecutedException e) {
        stamps.add("outside");
      }
    }
  }

  private void hold(NodeLease lease) {
    String name = lease.member().node().key();
    long incarnation = lease.member().incarnation();
    if (lease.isHeld()) {
      stamps.add("holds", name, incarnation);
    }
    for (long before = MonotonicClock.nanos(); lease.isHeld(); before = MonotonicClock.nanos()) {
      stamps.addAt(before, "held", name, incarnation);
      LockSupport.parkNanos(EVERY);
    }
    stamps.add("lost", name, incarnation);
  }
}
