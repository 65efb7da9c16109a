package dev.orbit.raft.internal.atomix;

import dev.orbit.api.env.Environment;
import dev.orbit.raft.consensus.EngineConfig;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.Indexed;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds a leader sooner than the election timeout would, where there is surely none.
 *
 * <p>A voter that begins asks the others whether they would support an election, for as long as it
 * would else sit out the timeout: those of a group that is founded, or that starts again as a
 * whole, would. When the connection to the leader broke and cannot be had again, this voter asks
 * the others whether they would support an election; those that still hear the leader would not.
 * Voters ask by turns, so that they do not split the votes. Atomix has a hook for this purpose,
 * which leaves a timer behind that unseats the next leader every second, and is not used.
 */
final class Succession {
  private static final Duration TURN = Duration.ofMillis(60);

  /** No voter is called so. */
  private static final String NOBODY = "";

  private final Environment environment;
  private final EngineConfig config;
  private final RpcProtocol protocol;

  Succession(Environment environment, EngineConfig config, RpcProtocol protocol) {
    this.environment = environment;
    this.config = config;
    this.protocol = protocol;
  }

  /** This voter begins, in {@code term}, and knows of no leader. */
  void begun(RaftContext raft, long term) {
    long end = environment.nanoTime() + config.electionTimeout().toNanos();
    askUntil(raft, term, Duration.ZERO, end);
  }

  private void askUntil(RaftContext raft, long term, Duration pause, long endNanos) {
    onTurn(
        pause,
        raft,
        () -> {
          ask(raft, NOBODY, term);
          if (isStillDue(raft, NOBODY, term) && environment.nanoTime() - endNanos < 0) {
            askUntil(raft, term, TURN.multipliedBy(config.voters().size()), endNanos);
          }
        });
  }

  /** The leader is gone, as far as this voter can see. */
  void leaderVanished(RaftContext raft, String leader) {
    onTurn(Duration.ZERO, raft, () -> ask(raft, leader, raft.getTerm()));
  }

  private void onTurn(Duration pause, RaftContext raft, Runnable task) {
    int rank = config.voters().headMap(config.self()).size();
    Duration jitter = Duration.ofNanos(environment.random().nextLong(TURN.toNanos() / 2));
    environment.schedule(
        pause.plus(TURN.multipliedBy(rank)).plus(jitter),
        () -> raft.getThreadContext().execute(task));
  }

  private static boolean isStillDue(RaftContext raft, String leader, long term) {
    DefaultRaftMember known = raft.getLeader();
    return raft.getRole() == RaftServer.Role.FOLLOWER
        && raft.getTerm() == term
        && (known == null || known.memberId().id().equals(leader));
  }

  /** On the protocol's thread. */
  private void ask(RaftContext raft, String leader, long term) {
    if (!isStillDue(raft, leader, term)) {
      return;
    }
    Indexed<RaftLogEntry> last = raft.getLogWriter().getLastEntry();
    PollRequest request =
        new PollRequest(
            term,
            config.self(),
            last == null ? 0 : last.index(),
            last == null ? 0 : last.entry().term());
    Tally tally = new Tally(config.voters().size() / 2);
    for (String voter : config.voters().keySet()) {
      if (!voter.equals(config.self()) && !voter.equals(leader)) {
        var _ =
            protocol
                .poll(MemberId.from(voter), request)
                .whenCompleteAsync(
                    (response, error) -> {
                      if (tally.isEnough(response) && isStillDue(raft, leader, term)) {
                        raft.transition(RaftServer.Role.CANDIDATE);
                      }
                    },
                    raft.getThreadContext());
      }
    }
  }

  /** Counts support until there is a majority with this voter's own. */
  private static final class Tally {
    private int missing;

    Tally(int missing) {
      this.missing = missing;
    }

    boolean isEnough(@Nullable PollResponse response) {
      if (response != null && response.accepted()) {
        missing--;
      }
      return missing == 0;
    }
  }
}
