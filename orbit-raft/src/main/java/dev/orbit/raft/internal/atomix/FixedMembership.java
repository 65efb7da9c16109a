package dev.orbit.raft.internal.atomix;

import io.atomix.cluster.ClusterMembershipEventListener;
import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.Member;
import io.atomix.cluster.MemberId;
import io.atomix.utils.net.Address;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Atomix wants to know of a cluster: this voter, and which voter just vanished. A follower
 * that hears the latter of its leader asks for an election at once. Thread-safe.
 */
final class FixedMembership implements ClusterMembershipService {
  private final Member self;

  FixedMembership(String self) {
    // Atomix never uses the address: the wire is ours.
    this.self = Member.member(MemberId.from(self), Address.from("127.0.0.1", 1));
  }

  @Override
  public Member getLocalMember() {
    return self;
  }

  @Override
  public Set<Member> getMembers() {
    return Set.of(self);
  }

  @Override
  public @Nullable Member getMember(MemberId memberId) {
    return memberId.equals(self.id()) ? self : null;
  }

  @Override
  public void addListener(ClusterMembershipEventListener listener) {}

  @Override
  public void removeListener(ClusterMembershipEventListener listener) {}
}
