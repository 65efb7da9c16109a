package dev.orbit.raft.internal.atomix;

import dev.orbit.raft.internal.grpc.LinkListener;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.RaftContext;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a voter makes of its connections to peers.
 *
 * @param raft Atomix, once this voter takes part
 * @param enter takes part if that is possible now
 */
record VoterLinks(
    Supplier<Optional<RaftContext>> raft, Runnable enter, PollGuard polls, Succession succession)
    implements LinkListener {
  @Override
  public void up(String peer) {
    Optional<RaftContext> opened = raft.get();
    if (opened.isEmpty()) {
      enter.run();
    } else {
      // A leader tries a peer that failed it less and less often, up to once a minute.
      opened.get().getThreadContext().execute(() -> forgetFailures(opened.get(), peer));
    }
  }

  private static void forgetFailures(RaftContext opened, String peer) {
    RaftMemberContext member = opened.getCluster().getMemberState(MemberId.from(peer));
    if (member != null) {
      member.resetFailureCount();
    }
  }

  @Override
  public void unreachable(String peer) {
    polls.unreachable(peer);
    raft.get()
        .ifPresent(
            opened -> {
              DefaultRaftMember leader = opened.getLeader();
              if (leader != null && leader.memberId().id().equals(peer)) {
                succession.leaderVanished(opened, peer);
              }
            });
  }
}
