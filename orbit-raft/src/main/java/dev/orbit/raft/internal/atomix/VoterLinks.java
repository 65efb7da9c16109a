package dev.orbit.raft.internal.atomix;

import dev.orbit.raft.internal.grpc.LinkListener;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.RaftContext;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What a voter makes of its connections to peers.
 *
 * <p>Atomix's leader tries a peer that has failed it {@value #LEFT_ALONE} times less and less
 * often, up to once a minute. A voter that starts fails its leader as often while it reads its log,
 * and would be sent nothing for long after that: the group would stand still if another voter was
 * lost meanwhile. So failures of a peer that is connected are forgotten once they are that many,
 * and not before: from the third on Atomix asks itself whether it still has a majority.
 *
 * <p>Thread-safe.
 */
final class VoterLinks implements LinkListener {
  /** From so many failures on Atomix waits before it tries again. */
  static final int LEFT_ALONE = 5;

  private final Supplier<Optional<RaftContext>> raft;
  private final Runnable enter;
  private final PollGuard polls;
  private final Succession succession;
  private final Set<String> connected = ConcurrentHashMap.newKeySet();

  /**
   * The connections of one voter.
   *
   * @param raft Atomix, once this voter takes part
   * @param enter takes part if that is possible now
   */
  VoterLinks(
      Supplier<Optional<RaftContext>> raft,
      Runnable enter,
      PollGuard polls,
      Succession succession) {
    this.raft = raft;
    this.enter = enter;
    this.polls = polls;
    this.succession = succession;
  }

  @Override
  public void up(String peer) {
    connected.add(peer);
    Optional<RaftContext> opened = raft.get();
    if (opened.isEmpty()) {
      enter.run();
    } else {
      opened.get().getThreadContext().execute(() -> forget(opened.get(), peer, 1));
    }
  }

  /** Has a leader try peers that it leaves alone though they are connected; on Atomix's thread. */
  void tryAgain(RaftContext opened) {
    tryAgain(opened, connected);
  }

  static void tryAgain(RaftContext opened, Collection<String> connected) {
    connected.forEach(peer -> forget(opened, peer, LEFT_ALONE));
  }

  private static void forget(RaftContext opened, String peer, int failures) {
    RaftMemberContext member = opened.getCluster().getMemberState(MemberId.from(peer));
    if (member != null && member.getFailureCount() >= failures) {
      member.resetFailureCount();
    }
  }

  @Override
  public void unreachable(String peer) {
    connected.remove(peer);
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
